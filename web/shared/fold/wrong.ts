/** What is wrong with a text, as data: the words are the screen's. The same list is internal/fold/doc.go. */
export type WrongCode =
  | "empty"
  | "digits"
  | "number"
  | "long"
  | "date"
  | "future"
  | "old"
  | "masked"
  | "length"
  | "letter"
  | "check"
  | "id_birth"
  | "code"
  | "phone"; // of the phone app alone

export interface Wrong {
  readonly wrong: WrongCode;
}

export const wrong = (code: WrongCode): Wrong => ({ wrong: code });

export const isWrong = (v: unknown): v is Wrong => typeof v === "object" && v !== null && "wrong" in v;
