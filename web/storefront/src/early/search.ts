/** Runs in the head of the search page: asks for what the address names while the scripts are still on their way. */
import { firstQuestion } from "@/features/search/query.ts";
import { askEarly } from "./answers.ts";

askEarly(`/api/v1/search?${firstQuestion(location.search, document.documentElement.lang)}`);
