/** Whether a path is one that Static Web Apps keeps for an API or for database connections. */
export const isApi = (path: string): boolean => /^\/(?:data-)?api(?:[/?]|$)/i.test(path);
