/** The pages of text, in English. */
export const texts = {
  texts: {
    updated: "Last changed in November 2026",
    about: {
      title: "About VivaMarket",
      description: "Who we are and how we choose what we sell.",
      body: [
        [
          "One market instead of twelve errands",
          "VivaMarket began as a Saturday stall with bread, soap and secondhand records. People kept asking for one more thing, so we added one more table. Today it is a whole market, and we still taste, try and use everything before it gets a shelf.",
        ],
        [
          "How we choose",
          "A thing earns its place when it lasts, can be repaired or eaten to the last crumb, and when we know who made it. We would rather offer three good pans than thirty doubtful ones.",
        ],
        [
          "How we pack",
          "Orders are packed by hand, in paper and cardboard, and everything you order together travels together where it can.",
        ],
        [
          "Talk to us",
          "Write to hello@vivamarket.example. A person reads it, and a person answers, usually the same day.",
        ],
      ],
    },
    shipping: {
      title: "Shipping",
      description: "What delivery costs, how long it takes and how you follow it.",
      body: [
        [
          "What it costs",
          "The price depends on the weight of the parcel and on where it goes. You see every option with its price and its days at checkout, before you pay. Above the amount shown in your cart, standard shipping is free.",
        ],
        [
          "How long it takes",
          "Orders paid before noon leave on the same working day, later ones on the next. The days shown at checkout count from then.",
        ],
        [
          "Following your parcel",
          "The confirmation mail holds a link to your order. It works without an account and shows every step.",
        ],
        [
          "If something is damaged",
          "Take a picture, send it to us within a week, and we send a new one or your money, whichever you like better.",
        ],
      ],
    },
    returns: {
      title: "Returns",
      description: "You have 30 days to change your mind.",
      body: [
        [
          "30 days",
          "You may send back anything unused within 30 days of its arrival, without giving a reason. Fresh food and opened hygiene products are the exception, for reasons you can imagine.",
        ],
        [
          "How it works",
          "Write to us with your order number. We send you a label. Once the parcel is back with us, the refund leaves within three working days, to the card you paid with.",
        ],
        [
          "What you get back",
          "The full price of what you return, and standard shipping if you return the whole order.",
        ],
        [
          "Faulty products",
          "If something fails within two years, we repair it, replace it or refund it, and pay the way there and back.",
        ],
      ],
    },
    privacy: {
      title: "Privacy",
      description: "What we store, why, and for how long.",
      body: [
        [
          "What we store",
          "To send you what you order, we store your name, address and email with the order. To remember your cart, your browser keeps a random cart number. We set no advertising cookies and load nothing from other companies.",
        ],
        [
          "Who sees it",
          "The people who pack, the carrier who delivers, and the payment provider who takes the card. The card number goes straight to the provider and never passes through our shop.",
        ],
        [
          "How long",
          "Orders are kept as long as tax law asks for. Carts that are not ordered are deleted after a few weeks.",
        ],
        [
          "Your rights",
          "You may ask what we know about you, have it corrected, exported or erased. Write to privacy@vivamarket.example.",
        ],
      ],
    },
  },
} as const;
