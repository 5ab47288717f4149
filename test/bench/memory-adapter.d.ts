// The engine's own memory adapter: exported by file, without types.
declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  import type { Adapter } from 'oidc-provider';

  interface Storage {
    get(key: string): unknown;
    set(key: string, value: unknown, options?: { maxAge?: number }): unknown;
    delete(key: string): boolean;
  }
  const MemoryAdapter: new (model: string, storage: Storage, clockTolerance?: number) => Adapter;

  // biome-ignore lint/style/noDefaultExport: the engine's file exports it so.
  export { MemoryAdapter as default };
}
