/** This app's version, as the server is told and the about line shows. */
export const version: string = (import.meta.env["VITE_APP_VERSION"] as string | undefined) ?? "1.0.0";
