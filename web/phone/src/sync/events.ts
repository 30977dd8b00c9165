/** What the browser tells that makes a sync worth trying. */
interface Target {
  addEventListener(type: string, f: () => void): void;
  removeEventListener(type: string, f: () => void): void;
}

/** Calls f when the page becomes visible or the net comes back. Returns how to stop. */
export function whenWorthIt(window: Target, document: Target & { visibilityState: string }, f: () => void): () => void {
  const look = (): void => {
    if (document.visibilityState === "visible") {
      f();
    }
  };
  window.addEventListener("online", f);
  document.addEventListener("visibilitychange", look);
  return () => {
    window.removeEventListener("online", f);
    document.removeEventListener("visibilitychange", look);
  };
}

interface Registering {
  sync?: { register(tag: string): Promise<void> };
}

/** Asks for a wake-up when the net comes back, where the browser knows that. It wakes the page, which holds the keys. */
export async function askBackground(container: ServiceWorkerContainer | undefined): Promise<boolean> {
  try {
    const registration = (await container?.getRegistration()) as (ServiceWorkerRegistration & Registering) | undefined;
    if (!registration?.sync) {
      return false;
    }
    await registration.sync.register("zoufang");
    return true;
  } catch {
    return false;
  }
}
