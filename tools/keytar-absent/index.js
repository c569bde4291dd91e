throw new Error(
  "keytar is not installed here: `swa login` is not available, use the global Static Web Apps CLI for it.",
);
