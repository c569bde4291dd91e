import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { get as httpGet, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";

import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen, PortTakenError } from "../../../local/kernel/http-server.ts";
import { type StaticWebApp, startStaticWebApp } from "../../../local/swa/index.ts";
import { freePorts } from "../../free-ports.ts";

const config = {
  routes: [
    { route: "/old", redirect: "/display" },
    { route: "/assets/*", headers: { "cache-control": "public, max-age=31536000, immutable" } },
    { route: "/secret/*", statusCode: 404 },
    { route: "/staff/*", allowedRoles: ["barista"] },
  ],
  navigationFallback: { rewrite: "/index.html", exclude: ["/assets/*"] },
  globalHeaders: { "content-security-policy": "default-src 'self'", "x-frame-options": "DENY" },
};

let folder: string;
let site: StaticWebApp;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "crema-swa-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<h1>home</h1>");
  writeFileSync(join(folder, "assets/app-1a2b.js"), "console.log(1)");
  writeFileSync(join(folder, "staticwebapp.config.json"), JSON.stringify(config));
  site = await startStaticWebApp({ folder, port: await freePorts(), names: ["stand.example"] });
});
afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, init: RequestInit = {}) => fetch(site.url + path, { redirect: "manual", ...init });

describe("the folder's configuration", () => {
  test("sends every address of the app to its page, and what is excluded to 404", async () => {
    for (const path of ["/", "/display", "/barista/queue", "/order?code=AB12C"]) {
      const answer = await get(path);
      expect([answer.status, await answer.text()]).toEqual([200, "<h1>home</h1>"]);
    }
    expect((await get("/assets/missing.js")).status).toBe(404);
  });

  test("adds its headers to all answers and its routes' headers to theirs", async () => {
    const page = await get("/display");
    expect(page.headers.get("content-security-policy")).toBe("default-src 'self'");
    expect(page.headers.get("x-frame-options")).toBe("DENY");
    expect(page.headers.get("content-type")).toContain("text/html");
    const script = await get("/assets/app-1a2b.js");
    expect(script.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(script.headers.get("content-type")).toContain("javascript");
  });

  test("redirects, refuses by status and by role, and is itself hidden", async () => {
    const redirect = await get("/old");
    expect([redirect.status, redirect.headers.get("location")]).toEqual([302, `${site.url}/display`]);
    expect((await get("/secret/x")).status).toBe(404);
    expect((await get("/staff/x")).status).toBe(401);
    for (const path of [
      "/staticwebapp.config.json",
      "/%73taticwebapp.config.json",
      "/x/..%2Fstaticwebapp%2Econfig.json?y",
    ])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
  });
});

test("a page is only for reading", async () => {
  expect((await get("/", { method: "POST" })).status).toBe(405);
});

describe("there is no API here", () => {
  test("whatever listens on the ports where the CLI would look for one", async () => {
    const heard: string[] = [];
    const stand = (port: number) =>
      listen({
        part: "a stranger",
        port,
        origins: "any",
        handle: (request, response) => {
          heard.push(request.url ?? "");
          response.end("a secret");
        },
      }).catch((error: unknown) => {
        // Then another program of this machine is the stranger.
        if (!(error instanceof PortTakenError)) throw error;
      });
    const strangers = [await stand(7071), await stand(5000)];
    try {
      for (const path of ["/api/x", "/API/x?y=1", "/api", "/data-api/x", "/Data-Api/rest/x"]) {
        for (const method of ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"]) {
          const answer = await get(path, { method });
          expect([method, path, answer.status]).toEqual([method, path, 404]);
          expect(await answer.text()).not.toContain("secret");
        }
      }
      for (const path of ["//api/x", "/%61pi/x", "/./api/x", "/x/../api/x", "/api%2fx"])
        expect(await (await get(path)).text()).not.toContain("secret");
      expect(heard).toEqual([]);
    } finally {
      for (const stranger of strangers) await stranger?.close();
    }
  });

  test("and a rewrite that leads to one is refused", async () => {
    const other = mkdtempSync(join(tmpdir(), "crema-swa-"));
    writeFileSync(join(other, "index.html"), "");
    const file = join(other, "staticwebapp.config.json");
    writeFileSync(file, JSON.stringify({ routes: [{ route: "/x", rewrite: "/api/x" }] }));
    await expect(startStaticWebApp({ folder: other, port: 0 })).rejects.toThrow(`${file} rewrites to /api/x`);
    rmSync(other, { recursive: true });
  });
});

test("the site answers to its own names only", async () => {
  const status = async (host: string) => {
    const asked = httpGet(`${site.url}/`, { headers: { host } });
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };
  expect(await Promise.all(["localhost", `127.0.0.1:${site.port}`, "stand.example"].map(status))).toEqual([
    200, 200, 200,
  ]);
  expect(await Promise.all(["evil.example", "localhost.evil.example"].map(status))).toEqual([421, 421]);
});

test("a changed page is seen when a browser reloads, an unchanged one is not sent again", async () => {
  const path = join(folder, "page.html");
  const write = (text: string, time: number) => {
    writeFileSync(path, text);
    utimesSync(path, time, time);
  };
  // Not by `fetch`: with headers like these it also sends `no-cache`, which a browser's reload does not.
  const request = async (headers: OutgoingHttpHeaders) => {
    const asked = httpGet(`${site.url}/page.html`, { headers });
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    let text = "";
    for await (const chunk of answer) text += chunk;
    return { status: answer.statusCode, text, headers: answer.headers };
  };
  write("one", 1_900_000_000);
  const first = await request({});
  expect([first.status, first.text]).toEqual([200, "one"]);
  const onReload = {
    "cache-control": "max-age=0",
    "if-none-match": first.headers.etag ?? "",
    "if-modified-since": first.headers["last-modified"] ?? "",
  };
  expect((await request(onReload)).status).toBe(304);
  write("two", 1_900_000_001);
  const reloaded = await request(onReload);
  expect([reloaded.status, reloaded.text]).toEqual([200, "two"]);
});

test("an address that is badly written does not end the server", async () => {
  for (const path of ["/%", "/%E0%A4%A", "/assets/%"]) expect((await get(path)).status).toBe(400);
  expect((await get("/order?code=%")).status).toBe(200);
  expect((await get("/")).status).toBe(200);
});

test("a port that is taken is named, and so is a folder without a page", async () => {
  const other = await listen({ part: "another", handle: () => undefined });
  const start = startStaticWebApp({ folder, port: other.port });
  await expect(start).rejects.toThrow(PortTakenError);
  await expect(start).rejects.toThrow(`Port ${other.port}, which Static Web Apps needs`);
  await other.close();
  await expect(startStaticWebApp({ folder: join(folder, "assets"), port: 0 })).rejects.toThrow(/no index\.html/);
});

describe("the port is free again", () => {
  const isFree = async (port: number) => {
    try {
      const probe = await listen({ part: "probe", port, handle: () => undefined });
      await probe.close();
      return true;
    } catch (error) {
      if (error instanceof PortTakenError) return false;
      throw error;
    }
  };

  test("after close", async () => {
    const short = await startStaticWebApp({ folder, port: 0 });
    await short.close();
    await short.ended;
    expect(await isFree(short.port)).toBe(true);
  });

  test("after our process was killed with -9", async () => {
    const script = fileURLToPath(new URL("site-process.ts", import.meta.url));
    const parent = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
    let port: number;
    try {
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      port = Number(line.toString());
      expect(await isFree(port)).toBe(false);
    } finally {
      parent.kill("SIGKILL");
    }
    // The server notices by itself; nothing tells us when.
    await expect.poll(() => isFree(port)).toBe(true);
  });
});
