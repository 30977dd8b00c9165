/** Finding a household by what somebody remembers of it: a name, its letters, a group, a category, a number. */
import { key, words as wordsOf } from "../../../shared/fold/key";
import type { RecordId } from "../../../shared/wire";
import { fetchReadings, lettersOf, readable, reads, spelled, type Spelled } from "./spelling";

/** What can be found of one household. */
export interface Findable {
  words: readonly string[]; // head, group, address, village, categories, phone
  names: readonly { person: RecordId | null; name: string }[]; // null: the head as written on the household
}

interface Entry {
  household: RecordId;
  text: string;
  names: { person: RecordId | null; name: string; spelled: Spelled | null }[];
}

/** A word of a query; its letters, where it can be the spelling of a name. */
interface Asked {
  word: string;
  letters: string | null;
}
const asked = (word: string): Asked => ({ word, letters: lettersOf(word) });

export interface Found {
  household: RecordId;
  persons: RecordId[];
  rank: number; // the smaller the better
}

const mostWords = 8;

export class Search {
  private readonly entries = new Map<RecordId, Entry>();
  private readonly waiting = new Set<RecordId>(); // to be indexed when the phone is idle or somebody searches: opening has no time for it
  private readonly known = new Map<string, Spelled>(); // by folded name: neighbours share names
  private missed = false; // somebody searched in letters before the table of readings was there

  /** `learned`: told when what was searched for in letters can be found now. */
  constructor(
    private readonly look: (household: RecordId) => Findable | null,
    private readonly learned: () => void = () => undefined,
  ) {}

  /** The household, or somebody in it, changed, came or went. */
  changed(household: RecordId): void {
    this.waiting.add(household);
  }

  /** Has the table of readings, or says false where it cannot be had now. */
  async ready(): Promise<boolean> {
    const is = await fetchReadings();
    if (is && this.missed) {
      this.missed = false;
      this.learned();
    }
    return is;
  }

  /** Indexes what changed, for as long as there is time; true when all is. For idle moments after opening. */
  index(left: () => boolean = () => true): boolean {
    for (const id of this.waiting) {
      if (!left()) {
        return false;
      }
      this.waiting.delete(id);
      const f = this.look(id);
      if (f) {
        const names = f.names.map(({ person, name }) => {
          const k = key(name);
          return { person, name: k, spelled: this.spelling(k) };
        });
        this.entries.set(id, { household: id, text: f.words.map(key).join("\n"), names });
      } else {
        this.entries.delete(id);
      }
    }
    return true;
  }

  /** Households in which the query as a whole or every word of it is found, best first, then in the order they were put in. */
  find(query: string): Found[] {
    this.index();
    const words = wordsOf(query).slice(0, mostWords).map(asked);
    const whole = words.length > 1 ? [asked(key(query))] : words;
    if (!readable() && /[a-z]/.test(key(query))) {
      this.missed = true;
      void this.ready();
    }
    const out: Found[] = [];
    this.entries.forEach((e) => {
      const found = this.fit(e, whole) ?? (words.length > 1 ? this.fit(e, words) : null);
      if (found) out.push(found);
    });
    return words.length === 0 ? out : out.sort((a, b) => a.rank - b.rank);
  }

  private fit(e: Entry, words: readonly Asked[]): Found | null {
    let rank = 0;
    const persons = new Set<RecordId>();
    for (const w of words) {
      const r = this.match(e, w, persons);
      if (r < 0) return null;
      rank += r;
    }
    return { household: e.household, persons: Array.from(persons), rank };
  }

  /** How well a word fits: 0 a name begins so, 1 a name holds it, 2 something else does; -1 not at all. */
  private match(e: Entry, { word, letters }: Asked, persons: Set<RecordId>): number {
    let best = -1;
    for (const n of e.names) {
      const at = n.name.indexOf(word);
      if (at !== 0 && letters !== null) n.spelled ??= this.spelling(n.name);
      const read = at !== 0 && letters !== null && n.spelled ? reads(n.spelled, letters) : -1;
      if (at >= 0 || read >= 0) {
        const r = at === 0 || read === 0 ? 0 : 1;
        best = best < 0 ? r : Math.min(best, r);
        if (n.person !== null) {
          persons.add(n.person);
        }
      }
    }
    return best >= 0 ? best : e.text.includes(word) ? 2 : -1;
  }

  private spelling(name: string): Spelled | null {
    const known = this.known.get(name);
    if (known) return known;
    const made = spelled(name);
    if (made) this.known.set(name, made);
    return made;
  }
}
