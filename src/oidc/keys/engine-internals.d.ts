// What the engine keeps of a provider: reached by file, without types (decision 15).
declare module 'oidc-provider/lib/helpers/weak_cache.js' {
  /** What the engine asks of its keystore. */
  interface EngineKeystore {
    selectForSign(options: { readonly alg: string; readonly kid?: string | undefined }): object[];
    selectForVerify(options: { readonly alg?: string | undefined; readonly kid?: string | undefined }): object[];
    getKeyObject(selected: object, isPublic?: boolean): object;
  }
  interface EngineState {
    keystore: EngineKeystore;
    jwks: { readonly keys: readonly object[] };
  }
  function stateOf(provider: object): EngineState | undefined;

  export { type EngineKeystore, stateOf as get };
}
