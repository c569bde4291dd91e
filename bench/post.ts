import { type Agent, request } from "node:http";

/** Posts `body` as JSON. @throws Error if the status of the response is not `wanted` */
export function post(url: URL, agent: Agent, body: unknown, wanted: number): Promise<void> {
  const text = JSON.stringify(body);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === wanted) resolve();
        else reject(new Error(`POST ${url.pathname} was answered with ${response.statusCode}.`));
      });
    });
    call.on("error", reject);
    call.end(text);
  });
}
