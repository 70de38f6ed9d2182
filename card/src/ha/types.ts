/**
 * The part of Home Assistant's `hass` object that this card reads. There is no official package for it.
 * Only files in `src/ha` may import this module (an ESLint rule).
 */
import type { HassSocket } from './socket';

export interface HassEntity {
  state: string;
  attributes: Record<string, unknown>;
}

export interface HomeAssistant {
  connection: HassSocket;
  connected: boolean;
  config?: { version?: string };
  states: Record<string, HassEntity | undefined>;
  entities?: Record<string, { platform?: string } | undefined>;
  language?: string;
  locale?: { language: string };
  themes?: { darkMode?: boolean };
  hassUrl?(path: string): string;
  formatEntityName?(entity: HassEntity, type?: unknown): string;
  callService(
    domain: string,
    service: string,
    data?: Record<string, unknown>,
    target?: { entity_id: string },
    notifyOnError?: boolean,
  ): Promise<unknown>;
}
