/** Mail, in English. */
export const mails = {
  mail: {
    none: "No mail yet. The first order sends one.",
    subject: "Subject",
    to: "To",
    sent: "Sent",
    from_to: "From %{from} to %{to}",
    views: "How to show it",
    view: { page: "As its reader sees it", text: "Text", source: "Source" },
  },
};
