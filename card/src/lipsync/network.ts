/** The network: what a mouth probably does, from the sound around a moment. Two layers, whole numbers as weights. */
import { LAYERS } from './weights';

export interface LayerData {
  inputs: number;
  outputs: number;
  /** Signed bytes in base64, row after row. */
  weights: string;
  /** What one step of a row's bytes is worth. */
  scales: readonly number[];
  biases: readonly number[];
}

interface Layer {
  inputs: number;
  outputs: number;
  weights: Int8Array;
  scales: readonly number[];
  biases: readonly number[];
}

export class Network {
  private readonly _layers: Layer[] = LAYERS.map((layer) => ({ ...layer, weights: bytes(layer.weights) }));
  private readonly _values = this._layers.map(({ outputs }) => new Float32Array(outputs));

  /** How many numbers stand for one moment. */
  get inputs(): number {
    return this._layers[0]?.inputs ?? 0;
  }

  /** Probabilities, in the order of `VISEMES`. The array is used again by the next call. */
  read(input: Float32Array): Float32Array {
    const last = this._layers.length - 1;
    const result = this._layers.reduce((values, layer, index) => {
      const output = this._values[index] as Float32Array;
      apply(layer, values, output);
      if (index < last) for (let i = 0; i < output.length; i++) output[i] = Math.max(0, output[i] as number);
      return output;
    }, input);
    return softmax(result);
  }
}

function apply({ inputs, outputs, weights, scales, biases }: Layer, input: Float32Array, output: Float32Array): void {
  for (let row = 0, at = 0; row < outputs; row++, at += inputs) {
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum += (input[i] as number) * (weights[at + i] as number);
    output[row] = sum * (scales[row] as number) + (biases[row] as number);
  }
}

function softmax(values: Float32Array): Float32Array {
  const highest = Math.max(...values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] = Math.exp((values[i] as number) - highest);
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / sum;
  return values;
}

function bytes(base64: string): Int8Array {
  return Int8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
