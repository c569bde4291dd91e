import { expect, test } from "vitest";
import { byHttp } from "../../../local/kernel/by-http.ts";

test.each([
  ["https://127.0.0.1:7075/", "http://127.0.0.1:7075/"],
  ["AccountEndpoint=https://127.0.0.1:7075/;AccountKey=a;", "AccountEndpoint=http://127.0.0.1:7075/;AccountKey=a;"],
  ["https://[::1]:7072 and https://127.0.0.1:7075", "http://[::1]:7072 and http://127.0.0.1:7075"],
  ["HTTPS://127.0.0.1:7075", "http://127.0.0.1:7075"],
])("%s leads to a service here", (text, so) => {
  expect(byHttp(text, ["127.0.0.1:7075", "[::1]:7072"])).toBe(so);
});

test.each([
  "https://127.0.0.1:70750/",
  "https://127a0b0c1:7075",
  "https://example.com/127.0.0.1:7075",
  "http://127.0.0.1:7075",
])("%s leads elsewhere, or by http already", (text) => {
  expect(byHttp(text, ["127.0.0.1:7075"])).toBe(text);
  expect(byHttp(text, [])).toBe(text);
});
