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
  notAllowed: "这个页面供员工使用",
  notAllowedHint: "你登录的号码是 {phone}，它不在员工名单中。请换一个号码，或请负责人把你加进来。",
  noLonger: "你已不在这里工作",
  noLongerHint: "{phone} 已从员工名单中移除。你仍然可以作为顾客点单。如果弄错了，请联系负责人。",
  roleChanged: "这个页面不再对你开放",
  roleChangedHint: "{phone} 在这里的职责有了变化。如果弄错了，请联系负责人。",
};
