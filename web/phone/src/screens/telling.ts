/** What the phone itself shows of the app while nobody looks at it: a notice where that was allowed, a number on its sign. */
interface Badging {
  setAppBadge?: (n: number) => Promise<void>;
  clearAppBadge?: () => Promise<void>;
}

const notices = (): typeof Notification | null => ("Notification" in window ? window.Notification : null);

/** Whether it may: "default" where nobody was asked yet, null where this browser has no notices. */
export const mayTell = (): NotificationPermission | null => notices()?.permission ?? null;

export async function askToTell(): Promise<NotificationPermission> {
  return (await notices()?.requestPermission()) ?? "denied";
}

/** One notice at a time, a newer in the place of the older. It names nobody: others see the screen of a locked phone. */
export function tell(text: string): void {
  if (mayTell() !== "granted") return;
  navigator.serviceWorker
    ?.getRegistration()
    .then((r) => r?.showNotification(text, { tag: "returned" }))
    .catch(() => undefined);
}

export function badge(n: number): void {
  const nav = navigator as Badging;
  (n ? nav.setAppBadge?.(n) : nav.clearAppBadge?.())?.catch(() => undefined);
}
