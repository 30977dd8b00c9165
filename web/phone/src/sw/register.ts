/** The page's side of the worker: registering it, offering a newer build, saying when a form is open. */
import { computed, shallowRef, type ShallowRef } from "vue";
import { formLock, root, type TakeOver, type TakeOverAnswer, type Wake } from "./policy";

export interface Shell {
  /** True once this build lies on the phone whole: /phone/ then opens without a net. */
  readonly kept: Readonly<ShallowRef<boolean>>;
  /** A newer build lies ready, and no form is open in this tab. */
  readonly offered: Readonly<ShallowRef<boolean>>;
  /** Loads the newer build. "form-open": not now, some tab has a form open; nothing happened. */
  update(): Promise<TakeOverAnswer>;
  /** Says that a form is open in this tab until the returned function is called. */
  formOpen(): () => void;
}

interface Options {
  /** The net came back while the page was away: sync. */
  wake?: () => void;
}

/** How often a page that stays open asks whether there is a newer build, at most. */
const lookAgain = 60 * 60 * 1000;

/** Registers the worker. Where the browser has none, the shell is as if nothing were ever kept or offered. */
export function registerShell(options: Options = {}): Shell {
  const kept = shallowRef(false);
  const waits = shallowRef(false);
  const offered = computed(() => waits.value && formsHere.value === 0);
  const container = "serviceWorker" in navigator ? navigator.serviceWorker : undefined;
  let registration: ServiceWorkerRegistration | null = null;
  let asked = false;

  const watch = (r: ServiceWorkerRegistration): void => {
    registration = r;
    const look = (): void => {
      kept.value = r.active !== null;
      waits.value = r.waiting !== null && r.active !== null;
    };
    const follow = (): void => r.installing?.addEventListener("statechange", look);
    r.addEventListener("updatefound", follow);
    follow();
    r.active?.addEventListener("statechange", look);
    look();
    let looked = Date.now();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && Math.abs(Date.now() - looked) > lookAgain) {
        looked = Date.now();
        r.update().catch(() => undefined); // no net: another time
      }
    });
  };

  if (container) {
    container.register(root + "sw.js", { scope: root, updateViaCache: "none" }).then(watch, () => undefined);
    container.ready.then(
      () => (kept.value = true),
      () => undefined,
    );
    container.addEventListener("message", (e) => {
      if ((e.data as Wake | null)?.do === "wake") {
        options.wake?.();
      }
    });
    // The tab that asked is loaded anew; other tabs go on with the parts of their own build.
    container.addEventListener("controllerchange", () => {
      if (asked) {
        location.reload();
      }
    });
  }

  return {
    kept,
    offered,
    formOpen: holdForm,
    update(): Promise<TakeOverAnswer> {
      const waiting = registration?.waiting;
      if (!waiting || formsHere.value > 0) {
        return Promise.resolve(waiting ? "form-open" : "taken");
      }
      asked = true;
      return new Promise((done) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = (e: MessageEvent<TakeOverAnswer>): void => {
          asked = e.data === "taken";
          done(e.data);
        };
        const ask: TakeOver = { do: "take-over" };
        waiting.postMessage(ask, [port2]);
      });
    },
  };
}

const formsHere = shallowRef(0);

/** The lock goes when the page does, however it ends. */
function holdForm(): () => void {
  formsHere.value++;
  let release: () => void = () => undefined;
  const closed = new Promise<void>((done) => (release = done));
  const locks = (navigator as Partial<Navigator>).locks;
  locks?.request(formLock, { mode: "shared" }, () => closed).catch(() => undefined);
  let open = true;
  return () => {
    if (open) {
      open = false;
      formsHere.value--;
      release();
    }
  };
}
