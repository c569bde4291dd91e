import { createHmac, createPrivateKey, createSecretKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { keepKeys } from "../../../local/functions/worker/kept-keys.ts";

const sign = (key: Parameters<typeof createHmac>[1]) => createHmac("sha256", key).update("text").digest("hex");

test("signatures are the same with keys that are known again, however many there are and whatever becomes of their bytes", () => {
  const keys = [...Array.from({ length: 40 }, (_, length) => randomBytes(length)), randomBytes(64), randomBytes(1000)];
  const usual = keys.map(sign);
  keepKeys();
  for (const _ of [1, 2]) expect(keys.map(sign)).toEqual(usual);
  expect(keys.map((key) => sign(new Uint8Array(key)))).toEqual(usual);
  const key = Buffer.from("a key that is wiped");
  const [before, another] = [sign(key), createSecretKey(Buffer.alloc(key.length))];
  key.fill(0);
  expect(sign(key)).toBe(sign(another));
  expect(sign("a key that is wiped")).toBe(before);
  expect(() => createHmac("no such", keys[3] as Buffer)).toThrow(/digest/i);
});

test("what is no private key is refused in the same way again, and one that is one is taken", () => {
  const refusalOf = (key: string) => {
    try {
      createPrivateKey(key);
    } catch (error) {
      const { message } = error as Error;
      return { ...(error as object), message };
    }
    return undefined;
  };
  const texts = ["no key", "", "-----BEGIN PRIVATE KEY-----", "x".repeat(1000)];
  const usual = texts.map(refusalOf);
  keepKeys();
  for (const _ of [1, 2]) expect(texts.map(refusalOf)).toEqual(usual);
  expect(usual).not.toContain(undefined);
  const { privateKey } = generateKeyPairSync("ed25519", {
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  expect(createPrivateKey(privateKey).asymmetricKeyType).toBe("ed25519");
});
