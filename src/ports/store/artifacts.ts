/**
 * What the authorization engine keeps: sessions, interactions, grants, codes, tokens. The engine's adapter hashes ids
 * and seals payloads before they come here, so that a copy of the store holds nothing that could be presented.
 */
export interface Artifact {
  /** The engine's model name, for instance `RefreshToken`. Ids are unique within a model. */
  readonly model: string;
  readonly id: string;
  /** Sealed; opaque to the store. */
  readonly payload: string;
  /** The grant whose end takes this artifact along. */
  readonly grantId: string | null;
  readonly accountId: string | null;
  readonly clientId: string | null;
  /** Hash of the engine's second handle of a session; not unique (panva/node-oidc-provider#1145). */
  readonly uid: string | null;
  readonly createdAt: number;
  /** Null: never. */
  readonly expiresAt: number | null;
  /** When it was used up, for artifacts that are used once. */
  readonly consumedAt: number | null;
  /** For a refresh token that was rotated: its successor, sealed under a key that only the holder of this token has. */
  readonly successor: string | null;
}

export type RotationResult =
  | { readonly rotated: true }
  /** Lost: `predecessor` was used before; it is answered as it is stored, or null when it is gone. */
  | { readonly rotated: false; readonly predecessor: Artifact | null };

/** When an artifact is written; the conditions and the write are one. */
export interface SaveConditions {
  /** The model name of grants, when the grant has to exist. */
  readonly requireGrant?: string;
  /** Not in the place of what was used up: who was slow does not bring it back. */
  readonly unlessUsed?: boolean;
}

export interface ArtifactStore {
  /**
   * Writes or replaces. An artifact with a `grantId`, other than the grant itself, is only written while that grant exists, so that a
   * revocation can never be outrun by a token that is being made.
   * @returns false when its grant is gone, or it was used up; then nothing was written
   */
  save(artifact: Artifact, conditions?: SaveConditions): Promise<boolean>;

  /**
   * Writes or replaces an artifact and after it the grant that it is made with. Whoever removes the grant and then what
   * hangs on it removes both or neither, except that a grant may be left alone.
   */
  saveWithGrant(artifact: Artifact, grant: Artifact): Promise<void>;

  /** Filters on the artifact's own expiry. */
  find(model: string, id: string, now: number): Promise<Artifact | null>;
  findByUid(model: string, uid: string, now: number): Promise<Artifact | null>;

  /** Marks it used up. Of N parallel callers exactly one gets true. */
  consume(model: string, id: string, now: number): Promise<boolean>;

  /**
   * In one write: marks the predecessor used up with its sealed successor, and saves the successor, if the predecessor
   * was unused and the successor's grant exists. Of N parallel callers exactly one rotates.
   */
  rotate(
    predecessorId: string,
    successor: Artifact,
    sealedSuccessor: string,
    now: number,
    options: { readonly requireGrant: string },
  ): Promise<RotationResult>;

  /** Unknown ids are no error. */
  remove(model: string, id: string): Promise<void>;

  /** Removes every artifact of a model that belongs to the grant. */
  removeByGrant(model: string, grantId: string): Promise<void>;

  /** Live artifacts of a model that belong to an account, newest first. */
  listByAccount(model: string, accountId: string, now: number, limit: number): Promise<Artifact[]>;
}
