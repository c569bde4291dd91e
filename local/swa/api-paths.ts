/**
 * Whether a path leads to the site's configuration, which is no page of it, in whatever case and however it is escaped: the CLI looks at the path as it came
 * and at the file as it is called.
 */
export const isConfiguration = (path: string): boolean =>
  decodeURIComponent(path.replace(/[?#].*$/s, ""))
    .toLowerCase()
    .includes("staticwebapp.config.json");

/** Whether a path is one that Static Web Apps keeps for an API or for database connections. */
export const isApi = (path: string): boolean => /^\/(?:data-)?api(?:[/?]|$)/i.test(path);
