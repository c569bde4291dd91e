import type { Translated } from "../../text.ts";
import type { staff as english } from "../en/staff.ts";

export const staff: Translated<typeof english, "zh-Hans"> = {
  pause: "暂停…",
  paused: "已暂停 {time}",
  endPause: "结束暂停",
  pauseTitle: "暂时不让人进来？",
  pauseText: "已有的订单照常进行。手机和屏幕会显示倒计时，到时自动结束。",
  pauseReason: "原因，顾客会看到",
  pauseReasonHint: "可以留空。",
  pauseFor: { other: "{n} 分钟" },
  keepOpen: "保持营业",
  closesAt: "{when}打烊",
  opensAt: "{when}营业",
  onTheMenu: "供应中",
  isSoldOut: "已售完",
};
