/** Runs in the head of the cart page: asks for the cart while the scripts are still on their way. */
import { CART_ID_KEY, recall } from "@/api/storage.ts";
import { askEarly } from "./answers.ts";

const id = recall(CART_ID_KEY);
if (id !== null) askEarly(`/api/v1/carts/${encodeURIComponent(id)}`);
