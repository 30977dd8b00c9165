/** Finding a household by what somebody remembers of it: a name, its initials, a group, a category, a number. */
import type { RecordId } from "../../../shared/wire";
import { initials } from "./pinyin";

/** What can be found of one household. */
export interface Findable {
  words: readonly string[]; // head, group, address, village, categories, phone
  names: readonly { person: RecordId | null; name: string }[]; // null: the head as written on the household
}

interface Entry {
  household: RecordId;
  text: string;
  names: { person: RecordId | null; name: string; letters: string }[];
}

export interface Found {
  household: RecordId;
  persons: RecordId[];
  rank: number; // the smaller the better
}

export class Search {
  private readonly entries = new Map<RecordId, Entry>();
  private readonly waiting = new Set<RecordId>(); // to be indexed when the phone is idle or somebody searches: opening has no time for it
  private readonly known = new Map<string, string>(); // a name's initials: neighbours share names

  constructor(private readonly look: (household: RecordId) => Findable | null) {}

  /** The household, or somebody in it, changed, came or went. */
  changed(household: RecordId): void {
    this.waiting.add(household);
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
        this.entries.set(id, {
          household: id,
          text: f.words.join("\n").toLowerCase(),
          names: f.names.map((n) => ({ ...n, name: n.name.toLowerCase(), letters: this.letters(n.name) })),
        });
      } else {
        this.entries.delete(id);
      }
    }
    return true;
  }

  /** Households in which every word of the query is found, best first, then in the order they were put in. */
  find(query: string): Found[] {
    this.index();
    const words = query
      .normalize("NFKC")
      .trim()
      .toLowerCase()
      .split(/\s+/)
      .filter((w) => w !== "")
      .slice(0, 8);
    const out: Found[] = [];
    this.entries.forEach((e) => {
      let rank = 0;
      const persons = new Set<RecordId>();
      for (const w of words) {
        const r = match(e, w, persons);
        if (r < 0) {
          return;
        }
        rank += r;
      }
      out.push({ household: e.household, persons: Array.from(persons), rank });
    });
    return words.length === 0 ? out : out.sort((a, b) => a.rank - b.rank);
  }

  private letters(name: string): string {
    let l = this.known.get(name);
    if (l === undefined) {
      this.known.set(
        name,
        (l = initials(name)
          .map((i) => " " + i)
          .join("")),
      );
    }
    return l;
  }
}

/** How well a word fits: 0 a name begins so, 1 a name holds it, 2 something else does; -1 not at all. */
function match(e: Entry, word: string, persons: Set<RecordId>): number {
  const latin = /^[a-z]+$/.test(word);
  let best = -1;
  for (const n of e.names) {
    const begins = latin ? n.letters.includes(" " + word) || n.name.startsWith(word) : n.name.startsWith(word);
    const holds = begins || (latin && n.letters.includes(word)) || n.name.includes(word);
    if (holds) {
      const r = begins ? 0 : 1;
      best = best < 0 ? r : Math.min(best, r);
      if (n.person !== null) {
        persons.add(n.person);
      }
    }
  }
  return best >= 0 ? best : e.text.includes(word) ? 2 : -1;
}
