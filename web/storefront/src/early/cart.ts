/** Runs at the beginning of the cart page: asks for the cart. `cart-drawing.tsx` draws it. */
import { CART_ID_KEY, recall } from "@/api/storage.ts";
import { askEarly, warmNumbers } from "./answers.ts";

const id = recall(CART_ID_KEY);
if (id !== null) askEarly(`/api/v1/carts/${encodeURIComponent(id)}`);
warmNumbers();
