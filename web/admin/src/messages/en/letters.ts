/** Dead letters, in English. */
export const letters = {
  letter: {
    lead: "What the shop tried to handle as often as it may and could not: events of its own, and messages of the payment provider. Nothing is lost and nobody else waits for it. When the cause is repaired, hand it out again.",
    none: "None. Everything the shop was told, it has handled.",
    what: "What",
    about: "About",
    error: "Error",
    died: "Gave up",
    outbox: "our event",
    inbox: "from the provider",
    replay: "Replay",
    replay_this: "Replay %{kind} %{id}",
    replayed: "It is handed out again.",
  },
};
