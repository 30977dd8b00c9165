/**
 * sw: the app without a net.
 *
 * Owns the service worker: the shell of this build kept on the phone, how a request below /phone/ is answered from it,
 * and when another build takes over. Owns no data: what a coordinator wrote lies in keep/, and requests below /m/ pass
 * the worker untouched.
 *
 * Promises: once the first visit to the page has ended well, /phone/ opens without a net. A newer build is offered and
 * never forced: it takes over when somebody asks for it and no form is open in any tab, or when all tabs were closed. A
 * page of the build before finds its parts as long as it is open across one update.
 *
 * policy.ts says what is kept and what is answered; worker.ts does it; register.ts is what the app imports.
 */
export { registerShell, type Shell } from "./register";
