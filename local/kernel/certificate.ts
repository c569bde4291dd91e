import { generateKeyPairSync, sign } from "node:crypto";
import { isIP } from "node:net";
import { bits, boolean, integer, objectId, octets, sequence, setOf, tagged, utcTime, utf8 } from "./der.ts";
import type { Ids } from "./ids.ts";

export interface Certificate {
  /** PEM. */
  cert: string;
  /** PEM. */
  key: string;
  /** The host names and addresses that it is valid for. */
  names: string[];
}

const ecdsaWithSha256 = sequence(objectId("1.2.840.10045.4.3.2"));
// The clock of the local Azure may be ahead of the clients', so the dates do not come from it. For certificates older than July 2019, macOS does not
// limit the validity to 825 days.
const validity = sequence(utcTime("190601000000Z"), utcTime("491231235959Z"));

/**
 * A certificate (RFC 5280) for `names`, signed with its own key (P-256), for a server on this machine. It cannot sign others, so a client that trusts
 * it trusts these names only. A library would bring a dozen packages for this one fixed form.
 */
export function makeCertificate(names: readonly string[], ids: Ids): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const subject = sequence(setOf(sequence(objectId("2.5.4.3"), utf8("local Azure"))));
  const serial = ids.bytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const body = sequence(
    tagged(0, integer(Buffer.of(2)), true),
    integer(serial),
    ecdsaWithSha256,
    subject,
    validity,
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(3, sequence(...extensions(names)), true),
  );
  const whole = sequence(body, ecdsaWithSha256, bits(sign("sha256", body, privateKey)));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    cert: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n"),
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    names: [...names],
  };
}

function extensions(names: readonly string[]): Buffer[] {
  const critical = boolean(true);
  const digitalSignature = Buffer.of(0x03, 0x02, 0x07, 0x80);
  return [
    sequence(objectId("2.5.29.17"), octets(sequence(...names.map(generalName)))),
    sequence(objectId("2.5.29.19"), critical, octets(sequence())),
    sequence(objectId("2.5.29.15"), critical, octets(digitalSignature)),
    sequence(objectId("2.5.29.37"), octets(sequence(objectId("1.3.6.1.5.5.7.3.1")))),
  ];
}

function generalName(name: string): Buffer {
  if (isIP(name) === 0) return tagged(2, Buffer.from(name), false);
  return tagged(7, isIP(name) === 4 ? Buffer.from(name.split(".").map(Number)) : bytesOfV6(name), false);
}

function bytesOfV6(address: string): Buffer {
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const before = groups(head);
  const after = groups(tail);
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
