import type { Translated } from "../../text.ts";
import type { customer as english } from "../en/customer.ts";

export const customer: Translated<typeof english, "zh-Hans"> = {
  // Above the menu
  openAhead: { other: "营业中 · 前面还有 {n} 单" },
  openFree: "营业中 · 无需排队",
  closedPill: "暂不接单",
  fullPill: "队伍已满",
  waitNow: "下单后{wait}可取",
  queueNow: { other: "{n} 单在排队" },

  // Before an order
  signInTitle: "你的手机号码是？",
  signInIntro: "我们用短信发一个验证码，这样只有你能查看自己的订单。",
  signInHeld: { other: "登录期间，你的扫码会保留 {n} 分钟。我们向你的手机发一个验证码，这样只有你能查看自己的订单。" },
  signInMeanwhile: "先登录",
  scanTitle: "扫描屏幕上的码",
  scanText: "用手机相机对准{store}大屏幕上的码。它会带你回到这里，马上就能点单。",
  typeCode: "改为输入码",
  closedTitle: "{store}已打烊",
  closedText: "请稍后再来：这个页面会自动更新。",
  pausedTitle: "短暂休息",
  pausedText: "{when}恢复接单：这个页面会自动更新。",
  lastOrders: "最后点单 {when}",
  retiredTitle: "{store}已永久关闭",
  retiredText: "感谢你喝过的每一杯。",
  opensText: "{when}再次营业：这个页面会自动更新。",
  fullTitle: "队伍已满",
  fullText: "现在没有空位。一有空位，这个页面就会告诉你。",
  checking: "正在核对你的码…",
  admitting: "正在为你排队…",
  slowTitle: "比平时慢了一些",
  slowText: "你的扫码已收到，但订单还没有出现。什么都没有丢失：我们可以再看一次。",
  lookAgain: "再看一次",
  problemTitle: "没有成功",
  offlineTitle: "你已离线",
  offlineText: "一有网络，我们会自动再试。",

  // My orders
  myOrders: "我的订单",
};
