import { type ProblemCode, problemCodes } from "../../contracts/problem.ts";
import { statuses } from "../../functions/platform/refusal.ts";
import { type Operation, operations } from "./routes.ts";

/** The problems of an operation: those of all requests of its kind, and those that it lists itself; in the order of the codes. */
export function problemsOf({ access, path, request, problems = [] }: Operation<string>): ProblemCode[] {
  const may = new Set<ProblemCode>([
    "bad-request",
    ...(request ? (["too-large", "not-json"] as const) : []),
    ...(access === "anyone" ? [] : (["not-signed-in"] as const)),
    ...(["display", "staff", "admin"].includes(access) ? (["forbidden"] as const) : []),
    ...(path.includes("{storeId}") ? (["unknown-store"] as const) : []),
    ...problems,
    "try-again",
    "internal",
  ]);
  return problemCodes.filter((code) => may.has(code));
}

/** The same by HTTP status, lowest first. */
export function problemsByStatus(operation: Operation<string>): Map<number, ProblemCode[]> {
  const codes = problemsOf(operation).toSorted((a, b) => statuses[a] - statuses[b]);
  return Map.groupBy(codes, (code) => statuses[code]);
}

/** The operation of a request. @param address with or without /api in front */
export function operationAt(
  method: string,
  address: string,
  among: readonly Operation<string>[] = operations,
): Operation<string> | undefined {
  const path = new URL(address, "http://localhost").pathname.replace(/^\/api(?=\/)/, "");
  const fits = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
  return among.find((operation) => operation.method === method.toLowerCase() && fits(operation.path));
}
