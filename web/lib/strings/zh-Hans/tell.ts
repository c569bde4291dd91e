import type { Translated } from "../../text.ts";
import type { tell as english } from "../en/tell.ts";

/** Words about being told of a ready order while looking elsewhere. */
export const tell: Translated<typeof english, "zh-Hans"> = {
  title: "做好了通知我",
  text: "然后收起手机就好：它会提醒你。",
  no: "不用了，谢谢",
  asking: "请稍候…",
  on: "做好了我们会通知你",
  onText: "你可以收起手机了。",
  switch: "订单做好了通知我",
  denied: "此页面的通知已被屏蔽。你可以在浏览器设置中允许；无论如何，这个页面也会告诉你。",
  install: "要让这台设备通知你，请把 Crema 添加到主屏幕：轻点“分享”，再轻点“添加到主屏幕”，然后从那里打开。",
  failed: "你的浏览器刚才没能设置好。无论如何，这个页面也会告诉你。",
  textMe: "做好了发短信给我",
  textOn: "做好了我们会发短信给你",
  textTo: "发到你登录时用的号码。",
};
