import { useQueryClient } from "@tanstack/react-query";
import type { StaffProduct } from "@vivamarket/api-client";
import { useNavigate, useParams } from "react-router-dom";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { AccessDenied, Problem } from "../../shell/problems.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { NEW_PRODUCT } from "./draft.ts";
import { Editor } from "./editor.tsx";
import { Plain } from "./plain.tsx";
import { readProduct } from "./requests.ts";
import { useShop } from "./use-shop.ts";

/** One product: everything about it, in every language and currency. */
export default function ProductPage() {
  const { id } = useParams();
  return id === undefined ? <NewProduct /> : <KnownProduct id={id} />;
}

function NewProduct() {
  const may = useMay();
  const shop = useShop();
  const navigate = useNavigate();
  const client = useQueryClient();
  if (!may("catalogue.write")) return <AccessDenied />;
  if (shop === undefined) return <Waiting />;
  const onSaved = (added: StaffProduct) => {
    client.setQueryData(["products", "one", added.id], added);
    navigate(`/products/${added.id}`, { replace: true });
  };
  return <Editor onSaved={onSaved} product={NEW_PRODUCT} shop={shop} />;
}

function KnownProduct({ id }: { id: string }) {
  const may = useMay();
  const shop = useShop();
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useRead(["products", "one", id], () => readProduct(id), {
    // What somebody is typing over must not change under their hands.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  if (isPending || shop === undefined) return <Waiting />;
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!may("catalogue.write")) return <Plain product={data} shop={shop} />;
  return (
    <Editor
      key={`${data.id} ${data.version}`}
      onReread={() => void refetch()}
      onSaved={(saved) => client.setQueryData(["products", "one", id], saved)}
      product={data}
      shop={shop}
    />
  );
}
