import { afterAll, beforeAll, expect, test } from "vitest";
import { reportSettings } from "../../../functions/health/report.ts";
import { answerChallenge, startChallenge } from "../../../functions/identity/challenges.ts";
import { readSettings } from "../../../functions/platform/settings.ts";
import { type Services, startServices } from "./services.ts";

let services: Services;
const warnings: string[] = [];
const log = {
  warn: (text: string) => void warnings.push(text),
  error: (text: unknown) => expect.unreachable(String(text)),
};
beforeAll(async () => {
  services = await startServices({ SMS_CHANNEL: "console", SMS: "", SMS_FROM: "" });
});
afterAll(() => services.close());

test("with the console channel the code stands in the log, with a warning, and lets its receiver in", async () => {
  const phone = "+12125550142";
  const { challenge } = await startChallenge({ phone }, [{ name: "203.0.113.9", wide: false }], log);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("NOT FOR REAL USE");
  const code = /code for \S+ is (\d{6})/.exec(warnings[0] ?? "")?.[1] ?? "";
  expect((await answerChallenge(challenge, code)).phone).toBe(phone);
});

test("the start warns of it too", () => {
  warnings.length = 0;
  reportSettings(log);
  expect(warnings).toEqual([expect.stringContaining("who reads it can sign in as anyone")]);
});

test("another channel is refused, and SMS needs its service and number", () => {
  const problems = (more: Record<string, string>) => {
    try {
      readSettings({ ...process.env, SMS: "", SMS__endpoint: "", SMS_FROM: "", ...more });
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(problems({ SMS_CHANNEL: "pigeon" })).toContain('SMS_CHANNEL must be sms or console; it is "pigeon".');
  expect(problems({ SMS_CHANNEL: "sms" })).toContain("SMS__endpoint");
  expect(problems({ SMS_CHANNEL: "sms" })).toContain("SMS_FROM");
  expect(problems({ SMS_CHANNEL: "console" })).toBe("");
  expect(problems({ SMS_CHANNEL: "console", SMS_COUNTRIES: "US, xx,Germany" })).toContain('"XX, GERMANY" is none');
  expect(problems({ SMS_CHANNEL: "console", CODES_PER_DAY: "0", CODES_PER_HOUR: "many" })).toMatch(
    /CODES_PER_HOUR must be.*"many".*CODES_PER_DAY must be.*"0"/s,
  );
});

test("countries are those of the setting, the usual ones without it, or all", () => {
  const countries = (SMS_COUNTRIES: string | undefined) =>
    readSettings({ ...process.env, SMS_CHANNEL: "console", SMS_COUNTRIES }).smsCountries;
  expect(countries(" us ,in")).toEqual(new Set(["US", "IN"]));
  expect(countries("")).toEqual(countries(undefined));
  expect([...(countries(undefined) as Set<string>)]).toEqual(expect.arrayContaining(["US", "DE", "GB"]));
  expect(countries("*")).toBe("all");
});
