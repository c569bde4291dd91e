throw new Error("no such bean");
