/** A township with two villages, its staff, its coordinators, and a roster written over the protocol as a phone does. */
import type { Browser } from "playwright-core";
import { inject } from "vitest";
import {
  freeze,
  item,
  makeDeviceKey,
  packRequest,
  randomToken,
  recordId,
  Server,
  type Frozen,
  type Item,
  type Row,
} from "../shared/wire";
import { openBrowser } from "./browser";
import { sendMedium } from "./medium";
import { Program } from "./program";

export const county = "990102000000";
export const township = "990102101000";
export const village = "990102101201";
export const village2 = "990102101202";

export interface Household {
  id: string;
  head: string;
  person: string;
}

export interface Office {
  program: Program;
  /** The coordinator most tests are about. */
  lifang: string;
  /** Another of the same village. */
  zhaomin: string;
  staff: { login: string; password: string };
  households: Household[];
  /** A device of the coordinator's that is no browser: it writes, and reads all as a new phone does. */
  plain: PlainPhone;
}

const heads: [name: string, category: string, group: string][] = [
  ["王秀兰", "特困分散", "3"],
  ["李德福", "低保", "1"],
  ["张桂英", "独居老人", "2"],
  ["刘长根", "残疾护理补贴", "3"],
  ["陈玉珍", "低保", "2"],
  ["单国强", "特困分散", "1"],
];

export async function openOffice(binary: string): Promise<Office> {
  const program = await Program.create(binary);
  program.areas([
    [county, "示范县"],
    [township, "青石镇"],
    [village, "东村"],
    [village2, "西村"],
  ]);
  const lifang = program.user("李芳", "coordinator", village).id;
  const zhaomin = program.user("赵敏", "coordinator", village).id;
  const wang = program.user("王主任", "township", township, "wang");
  await program.serve();
  const plain = await PlainPhone.enrol(program, lifang);
  const households = heads.map(([head]) => ({ id: recordId(Date.now()), head, person: recordId(Date.now()) }));
  plain.write(...households.flatMap((h, i) => roster(h, heads[i]?.[1] ?? "低保", heads[i]?.[2] ?? "1", 1 + i)));
  await plain.sync();
  return { program, lifang, zhaomin, staff: { login: "wang", password: wang.password ?? "" }, households, plain };
}

/** For beforeAll: gives a file's tests a browser and an office; both are gone after the last of them. */
export async function openBoth(
  give: (browser: Browser, office: Office) => unknown,
  flags: string[] = [],
): Promise<() => Promise<void>> {
  const browser = await openBrowser(flags);
  const office = await openOffice(inject("program")).catch(async (e: unknown) => {
    await browser.close();
    throw e;
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await office.program.remove();
  };
  try {
    await give(browser, office);
  } catch (e) {
    await close();
    throw e;
  }
  return close;
}

/** The two commits that put a household of one on the roster. */
export function roster(h: Household, category: string, group: string, house: number): Item[][] {
  return [
    [
      item.create(h.id, "household", village, {
        head: h.head,
        address: `东村${group}组${house}号`,
        group: group + "组",
        phone: "13800000" + (100 + house),
        members: [h.person],
      }),
    ],
    [
      item.create(h.person, "person", village, {
        name: h.head,
        sex: "女",
        birth: "1948-03",
        household: h.id,
        categories: [category],
      }),
    ],
  ];
}

export class PlainPhone {
  rows = new Map<string, Row>();
  private readonly lines: Frozen[] = [];
  private sent = 0;
  private cursor: string | null = null;
  private epoch: string | null = null;
  private last: string | null = null;

  private constructor(
    private readonly server: Server,
    readonly device: string,
    private readonly user: string,
  ) {}

  static async enrol(program: Program, user: string): Promise<PlainPhone> {
    const key = await makeDeviceKey();
    const base = program.url + "/m/v1";
    const { device } = await new Server(null, base).enrol(program.enrolment(user).code, key, {
      name: "plain",
      platform: "test",
      app: "1.0.0",
    });
    return new PlainPhone(new Server({ device, key }, base), device, user);
  }

  write(...commits: Item[][]): void {
    for (const items of commits) {
      const n = this.lines.length + 1;
      const prev = this.lines[n - 2]?.id ?? null;
      const frozen = freeze({
        dev: this.device,
        n,
        prev,
        nonce: randomToken(9),
        user: this.user,
        at: Date.now(),
        mono: performance.now(),
        page: "e2e",
        heard: null,
        do: items,
      });
      this.lines.push(frozen);
    }
  }

  /** Sends and reads until there is no more. Every line must be applied. */
  async sync(): Promise<void> {
    for (let more = true; more || this.sent < this.lines.length; ) {
      const hello = { device: this.device, epoch: this.epoch, cursor: this.cursor, last: this.last, app: "1.0.0" };
      const packed = await packRequest(
        hello,
        this.lines.slice(this.sent).map((l) => l.bytes),
      );
      const reply = await this.server.sync(packed);
      const refused = reply.answers.find((a) => a.r === "held" && a.code !== "waiting");
      if (refused) {
        throw new Error("held: " + refused.code + " " + refused.why);
      }
      if (reply.answers.length > 0) {
        this.last = reply.answers[reply.answers.length - 1]?.id ?? null;
      }
      this.sent += reply.answers.length;
      for (const c of reply.changes) {
        if (c.row) {
          this.rows.set(c.row.id, c.row);
        } else {
          this.rows.delete(c.gone.id);
        }
      }
      ({ cursor: this.cursor, epoch: this.epoch, more } = reply);
    }
  }

  async have(digests: string[]): Promise<string[]> {
    return (await this.server.have(digests)).have;
  }

  /** Sends a medium, which need not be what its type says. */
  send(bytes: Buffer, type: string): Promise<string> {
    return sendMedium(this.server, bytes, type);
  }

  of(kind: string): Row[] {
    return [...this.rows.values()].filter((r) => r.kind === kind);
  }

  /** The records of a kind on the server of which a field holds the words. */
  async saying(kind: string, field: string, words: string): Promise<Row[]> {
    await this.sync();
    return this.of(kind).filter((r) => String(PlainPhone.values(r, field)[0]).includes(words));
  }

  /** All values that a register holds, first the one to show. */
  static values(row: Row | undefined, field: string): unknown[] {
    return (row?.f[field] ?? []).map(([, v]) => v);
  }
}
