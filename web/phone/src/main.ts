/** Starts the app: reads what the address brought, opens the gate, shows the first door. */
import { createApp, h, type Component } from "vue";
import "../../shared/tokens.css";
import "./screens/app.css";
import "./screens/old.css";
import App from "./screens/App.vue";
import Trouble from "./screens/entry/Trouble.vue";
import WeChat from "./screens/entry/WeChat.vue";
import { codeIn } from "./screens/entry/faults";
import { keepComposing } from "./screens/composing";
import { wearLooks } from "./screens/looks";
import { followHistory } from "./screens/route";
import { shellKey } from "./screens/update";
import { registerShell, type Shell } from "./sw";
import { openGate } from "./village";
import { version } from "./version";

/** The code is taken off the address at once: it must not stay in the history or be enrolled twice. */
function takeCode(): string {
  const code = /^#enrol=/.test(window.location.hash) ? codeIn(window.location.hash) : "";
  if (window.location.hash.startsWith("#enrol="))
    window.history.replaceState(null, "", window.location.pathname + "#/today");
  return code;
}

function show(root: Component, props: { [name: string]: unknown }, shell?: Shell): void {
  const app = createApp({ render: () => h(root, props) });
  if (shell) app.provide(shellKey, shell);
  app.mount("#app");
}

wearLooks();
keepComposing(document);
followHistory();
if (/MicroMessenger/i.test(navigator.userAgent)) {
  show(WeChat, {});
} else {
  const code = takeCode();
  // A code opened while the page already stands changes the hash alone.
  window.addEventListener("hashchange", () => window.location.hash.startsWith("#enrol=") && window.location.reload());
  let wake = (): void => undefined;
  const shell = registerShell({ wake: () => wake() }); // first of all: a newer build may mend what keeps the gate shut
  openGate({ app: version }).then(
    (gate) => {
      wake = () => gate.village.value?.wake();
      show(App, { gate, code }, shell);
    },
    (fault: unknown) => show(Trouble, { fault }),
  );
}
