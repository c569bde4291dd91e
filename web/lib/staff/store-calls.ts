import type { Api } from "../api.ts";
import { randomKey } from "../random.ts";
import { pauseReasonIn } from "../reasons.ts";

/** Store switches for staff. Not in api.ts, which every customer loads. */
const command = (api: Api, path: string, body: unknown): Promise<unknown> =>
  api.inStore("POST", path, { body, headers: { "idempotency-key": randomKey() }, repeatable: true });

/** Opens or closes the store by hand, until the next change of its opening hours. @throws ApiError, NetworkError, as all of these do */
export function setOpen(api: Api, open: boolean): Promise<unknown> {
  return command(api, "/open", { open });
}

/** Pauses the store for some minutes; `null` ends the pause. */
export function setPause(api: Api, minutes: 5 | 10 | 20 | null, reason?: string): Promise<unknown> {
  const why = reason && pauseReasonIn(reason);
  return command(api, "/pause", { minutes, ...(reason && { reason }), ...(why && { why }) });
}

/** Sets whether a drink can be ordered or is shown as sold out. */
export function setAvailable(api: Api, drinkId: string, available: boolean): Promise<unknown> {
  return command(api, `/drinks/${encodeURIComponent(drinkId)}/available`, { available });
}

/** Sets the same for a choice, in every drink at once. */
export function setChoiceAvailable(api: Api, groupId: string, choiceId: string, available: boolean): Promise<unknown> {
  return command(api, `/options/${encodeURIComponent(groupId)}/${encodeURIComponent(choiceId)}/available`, {
    available,
  });
}
