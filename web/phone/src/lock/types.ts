export type Bytes = Uint8Array<ArrayBuffer>;

/** Where a sealed blob lives: what it is, then its key. No part holds a line feed. */
export type Label = readonly [kind: "line" | "media" | "idx" | "body" | "draft" | "meta", ...key: (string | number)[]];

export interface Sealer {
  /** 12 random bytes, then AES-256-GCM ciphertext and tag; the place is authenticated, not stored. */
  seal(place: Label, plain: Bytes): Promise<ArrayBuffer>;
  /** Throws LockError `damaged` when the bytes were changed, cut, or sealed for another place or under another key. */
  open(place: Label, sealed: ArrayBuffer): Promise<Bytes>;
}

export interface Opened extends Sealer {
  /** Wraps the content key to the server's recovery key; true when the shelf now holds a wrap for this kid. */
  recoverable(recovery: Recovery): Promise<boolean>;
  /** Drops the keys: from here on every call throws LockError `locked`. */
  forget(): void;
}

/** The server's recovery public key as it hands it out. */
export interface Recovery {
  kid: string;
  key: { kty: string; crv: string; x: string; y: string };
}

/** 65 bytes ephemeral public key, then the content key under AES-GCM with its tag: 113 bytes. */
export interface RecoveryWrap {
  kid: string;
  wrapped: ArrayBuffer;
}

/** What the shelf keeps. Nothing in it opens anything without the PIN or the server's recovery key. */
export interface Wrap {
  version: 1;
  salt: ArrayBuffer;
  iterations: number;
  nonce: ArrayBuffer;
  wrapped: ArrayBuffer;
  /** HMAC key, not extractable: scripts can use it here but not carry it away. */
  device: CryptoKey;
  /** Newest first; an older one stays until the new one is stored. */
  recovery: RecoveryWrap[];
}

/**
 * A wrap that outlives the loss of what can't be carried elsewhere, the key of this phone: by the PIN alone. `of` is the
 * nonce of the wrap it stands beside.
 */
export interface Spare extends Omit<Wrap, "device"> {
  of: ArrayBuffer;
}

/** Wrong PINs in a row, and when the last of them was tried, by the phone's clock. */
export interface Tries {
  wrong: number;
  at: number;
}

/** The clocks of a page. */
export interface Clocks {
  /** The phone's clock: runs while the phone sleeps, but may be set. */
  date(): number;
  /** Monotonic, but may stand still while the phone sleeps. */
  steady(): number;
}

/** What lock/ needs to outlive the page. Each call is one durable transaction. */
export interface Shelf {
  wrap(): Promise<Wrap | undefined>;
  /** Stores `now` only if the stored wrap still is `was` (nonce and recovery kids; or none): false when another was faster. */
  putWrap(was: Wrap | undefined, now: Wrap): Promise<boolean>;
  /** Replaces the tries by f(tries) in one transaction and returns what is stored now. */
  tries(f: (tries: Tries) => Tries): Promise<Tries>;
  /** Of the second home, which the loss of the wrap leaves as it is. Absent: there is none. */
  spare?(): Promise<Spare | undefined>;
  putSpare?(s: Spare): Promise<void>;
}
