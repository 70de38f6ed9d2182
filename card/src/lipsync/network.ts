/** The network: what a mouth probably does, from the sound around a moment. Its weights are whole numbers. */
import { LAYERS } from './weights';

const ZERO = 'P'.charCodeAt(0);

export interface LayerData {
  inputs: number;
  outputs: number;
  /** Rows of the layer below that are seen, from the own one. */
  offsets: readonly number[];
  /** A character each, P is 0: for each output, for each offset, for each input. */
  weights: string;
  /** What one step of an output's weights is worth, and what is added. 32 bits each, in base64. */
  scales: string;
  biases: string;
}

export class Network {
  private readonly _layers = LAYERS.map((data) => new Layer(data));
  /** Rows before and after a row that it is read from. */
  readonly behind = sum(this._layers.map(({ behind }) => behind));
  readonly ahead = sum(this._layers.map(({ ahead }) => ahead));

  /** Probabilities for the rows `from` to `to`, in the order of `VISEMES`; `input` gives the row of that number. */
  read(input: (row: number) => Float32Array, from: number, to: number): Float32Array[] {
    const first = from - this.behind;
    let rows = Array.from({ length: to + this.ahead - first }, (_, i) => input(first + i));
    this._layers.forEach((layer, index) => {
      if (index > 0) for (const row of rows) row.forEach((value, i) => (row[i] = Math.max(0, value)));
      rows = Array.from({ length: rows.length - layer.behind - layer.ahead }, (_, i) => layer.read(rows, i));
    });
    return rows.map(softmax);
  }
}

class Layer {
  readonly behind: number;
  readonly ahead: number;
  private readonly _weights: Int8Array;
  private readonly _scales: Float32Array;
  private readonly _biases: Float32Array;

  constructor(private readonly _data: LayerData) {
    this.behind = -Math.min(..._data.offsets);
    this.ahead = Math.max(..._data.offsets);
    this._weights = Int8Array.from(_data.weights, (character) => character.charCodeAt(0) - ZERO);
    this._scales = new Float32Array(bytes(_data.scales));
    this._biases = new Float32Array(bytes(_data.biases));
  }

  /** From the rows that begin `behind` before the one that is wanted. */
  read(rows: readonly Float32Array[], first: number): Float32Array {
    const { inputs, outputs, offsets } = this._data;
    const output = new Float32Array(outputs);
    let at = 0;
    for (let out = 0; out < outputs; out++) {
      let total = 0;
      for (const offset of offsets) {
        const row = rows[first + this.behind + offset] as Float32Array;
        for (let i = 0; i < inputs; i++) total += (row[i] as number) * (this._weights[at++] as number);
      }
      output[out] = total * (this._scales[out] as number) + (this._biases[out] as number);
    }
    return output;
  }
}

function softmax(values: Float32Array): Float32Array {
  const highest = Math.max(...values);
  const shares = values.map((value) => Math.exp(value - highest));
  const total = sum([...shares]);
  return shares.map((share) => share / total);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function bytes(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;
}
