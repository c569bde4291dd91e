import { once } from "node:events";
import { type Agent, createServer, globalAgent, get as httpsGet } from "node:https";
import type { AddressInfo } from "node:net";
import tls from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { trustInContexts } from "../../../local/functions/worker/trust.ts";
import { makeCertificate } from "../../../local/kernel/certificate.ts";
import { secureIds } from "../../../local/kernel/ids.ts";

test("a Node that cannot be given certificates once it runs trusts them all the same, unless a client says whom it trusts", async () => {
  const [own, other] = [makeCertificate(["127.0.0.1"], secureIds), makeCertificate(["127.0.0.1"], secureIds)];
  const server = createServer(own, (_, response) => response.end("hello")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { createSecureContext } = tls;
  onTestFinished(() => {
    tls.createSecureContext = createSecureContext;
    globalAgent.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const by = (options: { ca?: string; agent?: Agent | false }) =>
    new Promise((done) =>
      httpsGet(`https://127.0.0.1:${port}`, options, (response) => done(response.resume().statusCode)).on(
        "error",
        ({ message }) => done(message),
      ),
    );
  expect(await by({})).toContain("self-signed");
  trustInContexts([own.cert]);
  expect(await by({ agent: false })).toBe(200);
  expect(await by({})).toBe(200);
  expect(await (await fetch(`https://127.0.0.1:${port}`)).text()).toBe("hello");
  expect(await by({ ca: other.cert, agent: false })).toContain("self-signed");
});
