/** Told to the page when React's cart stands there, or cannot be had: what the head drew is gone. */
export const CART_SHOWN_EVENT = "viva:cart";
