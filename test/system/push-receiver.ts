import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type Certificate, makeCertificate } from "../../local/kernel/certificate.ts";
import { secureIds } from "../../local/kernel/ids.ts";

/** A message as a push service got it, and what its browser reads in it. */
export interface Received {
  headers: IncomingHttpHeaders;
  /** Of the signed token (RFC 8292). */
  claims: { aud: string; exp: number; sub: string };
  /** The key that signed it. */
  signedWith: string;
  /** As it travelled. */
  bytes: number;
  data: Record<string, string | number>;
}

type Answer = { status: number; retryAfter?: number } | "hang";

/** A push service, and browsers that have subscribed with it: they decrypt what they get (RFC 8291), by code that has nothing of the application's. */
export class PushReceiver {
  readonly certificate: Certificate;
  readonly #server: Server;
  readonly #browsers = new Map<string, Browser>();

  private constructor(certificate: Certificate) {
    this.certificate = certificate;
    this.#server = createServer(certificate, (request, response) => this.#take(request, response));
  }

  static async open(): Promise<PushReceiver> {
    const receiver = new PushReceiver(makeCertificate(["localhost"], secureIds));
    await once(receiver.#server.listen(0, "127.0.0.1"), "listening");
    return receiver;
  }

  /** Host and port. */
  get host(): string {
    return `localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  browser(): Browser {
    const path = `/push/${randomBytes(12).toString("base64url")}`;
    const browser = new Browser(`https://${this.host}${path}`);
    this.#browsers.set(path, browser);
    return browser;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const browser = this.#browsers.get(request.url ?? "");
    if (browser === undefined || request.method !== "POST") {
      response.writeHead(404).end();
      return;
    }
    browser.asked++;
    const answer = browser.answers.shift() ?? { status: 201 };
    if (answer === "hang") {
      browser.hanging.push(() => response.destroy());
      return;
    }
    if (answer.status === 201) browser.received.push(browser.read(request.headers, Buffer.concat(chunks)));
    const { status, retryAfter } = answer;
    response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }).end();
  }
}

/** A browser that has subscribed. */
export class Browser {
  readonly endpoint: string;
  readonly received: Received[] = [];
  /** What the push service answers next; when there is nothing more it takes the message. */
  readonly answers: Answer[] = [];
  /** Ends what hangs. */
  readonly hanging: (() => void)[] = [];
  /** How often something was sent to it. */
  asked = 0;
  readonly #pair = createECDH("prime256v1");
  readonly #auth = randomBytes(16);

  constructor(endpoint: string) {
    this.endpoint = endpoint;
    this.#pair.generateKeys();
  }

  get keys(): { p256dh: string; auth: string } {
    return { p256dh: this.#pair.getPublicKey("base64url"), auth: this.#auth.toString("base64url") };
  }

  read(headers: IncomingHttpHeaders, body: Buffer): Received {
    const [, token = "", signedWith = ""] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.authorization ?? "") ?? [];
    return {
      headers,
      claims: claimsOf(token, signedWith),
      signedWith,
      bytes: body.length,
      data: JSON.parse(decrypt(body, this.#pair.getPrivateKey(), this.#auth).toString("utf8")),
    };
  }
}

/** What a token of ES256 claims. @throws Error when this key has not signed it */
function claimsOf(token: string, signedWith: string): Received["claims"] {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const point = Buffer.from(signedWith, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
  const key = createPublicKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" } });
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url")))
    throw new Error("The token is not signed with the key beside it.");
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
}

/** The plain text of one message in one record of aes128gcm (RFC 8188), for the holder of these keys (RFC 8291). */
export function decrypt(body: Buffer, privateKey: Buffer, auth: Buffer): Buffer {
  const [salt, length] = [body.subarray(0, 16), body.readUInt8(20)];
  const sender = body.subarray(21, 21 + length);
  const sealed = body.subarray(21 + length);
  if (sealed.length > body.readUInt32BE(16)) throw new Error("The message has more than one record.");
  const own = createECDH("prime256v1");
  own.setPrivateKey(privateKey);
  const derive = (secret: Buffer, salted: Buffer, info: Buffer, bytes: number) =>
    Buffer.from(hkdfSync("sha256", secret, salted, info, bytes));
  const about = Buffer.concat([Buffer.from("WebPush: info\0"), own.getPublicKey(), sender]);
  const secret = derive(own.computeSecret(sender), auth, about, 32);
  const key = derive(secret, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
  const nonce = derive(secret, salt, Buffer.from("Content-Encoding: nonce\0"), 12);
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error("The record is not marked as the last one.");
  return padded.subarray(0, end);
}
