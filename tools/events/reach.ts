import { storeId } from "../../contracts/common.ts";
import { UsageError, wholeNumber } from "../say-usage.ts";
import { azureStand } from "./azure-stand.ts";
import { localStand } from "./local-stand.ts";
import type { Stand } from "./stand.ts";

export interface Reach {
  port?: string | undefined;
  at?: string | undefined;
  azure?: boolean | undefined;
  environment?: string | undefined;
  store?: string | undefined;
}

/** Connects to the stand of the options. @throws UsageError, or Error with the reason why it cannot be reached */
export async function reach({ port, at, azure = false, environment, store = "main" }: Reach): Promise<Stand> {
  if (!storeId.safeParse(store).success) {
    throw new UsageError(`--store must be lower-case letters, digits and hyphens; it is "${store}".`);
  }
  if (azure && (port !== undefined || at !== undefined))
    throw new UsageError("With --azure, leave out --port and --at.");
  if (environment !== undefined && !azure)
    throw new UsageError("--environment names an environment of azd: use it with --azure.");
  if (port !== undefined && at !== undefined)
    throw new UsageError("--port and --at mean the same: give only one of them.");
  if (azure) return azureStand(store, environment);
  if (at !== undefined && !/^https?:$/.test(URL.canParse(at) ? new URL(at).protocol : "")) {
    throw new UsageError(`--at must be an address such as http://localhost:4284/; it is "${at}".`);
  }
  const own = port === undefined ? 4280 : wholeNumber("--port", port, 1, 65_529);
  return localStand(store, at ?? `http://127.0.0.1:${own + 4}/`);
}
