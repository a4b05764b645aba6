"""The words of the mails to staff about troubles of the shop itself, in each language."""

from __future__ import annotations

from collections.abc import Mapping

TROUBLE_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "open_staff": "Open the admin",
        "footer": "This is a notice for the staff of {shop}.",
        "webhook_failing_subject": "Webhooks do not reach {subject}",
        "webhook_failing_heading": "A webhook endpoint does not answer",
        "webhook_failing_lead": (
            "{subject} did not take what the shop sent. It is tried again for three days, and nothing "
            "is lost meanwhile. Please see whether that system is well."
        ),
        "webhook_given_up_subject": "Webhooks to {subject} were given up",
        "webhook_given_up_heading": "Webhooks were given up",
        "webhook_given_up_lead": (
            "Webhooks to {subject} are not tried any more (so far: {count}). Once that system is well "
            "again, send each of them again from the admin."
        ),
        "dead_events_subject": "Something of the shop could not be finished",
        "dead_events_heading": "Something could not be finished",
        "dead_events_lead": (
            "Events of the shop failed as often as they may (so far: {count}): a mail, a webhook or a "
            "page may be missing. Orders and money are not touched. Once the cause is repaired, "
            "replay them from the admin."
        ),
        "dead_messages_subject": "The payment provider's messages could not be handled",
        "dead_messages_heading": "Messages of the payment provider could not be handled",
        "dead_messages_lead": (
            "Messages failed as often as they may (so far: {count}). The shop asks about open "
            "payments by itself, so no money is lost. Once the cause is repaired, replay them from "
            "the admin."
        ),
        "money_differs_subject": "The payment provider's account differs from ours",
        "money_differs_heading": "The payment provider's account differs from ours",
        "money_differs_lead": (
            "The daily comparison could not settle everything by itself (payments: {count}). Please "
            "compare them with the payment provider's own pages. Money without an order can only be "
            "given back there."
        ),
    },
    "es": {
        "open_staff": "Abrir la administración",
        "footer": "Este es un aviso para el equipo de {shop}.",
        "webhook_failing_subject": "Los webhooks no llegan a {subject}",
        "webhook_failing_heading": "Un destino de webhooks no responde",
        "webhook_failing_lead": (
            "{subject} no ha aceptado lo que la tienda envió. Se intenta otra vez durante tres días y "
            "no se pierde nada. Comprueba si ese sistema está bien."
        ),
        "webhook_given_up_subject": "Webhooks abandonados hacia {subject}",
        "webhook_given_up_heading": "Se han abandonado webhooks",
        "webhook_given_up_lead": (
            "Ya no se intentan webhooks hacia {subject} (hasta ahora: {count}). Cuando ese sistema "
            "esté bien, envía cada uno otra vez desde la administración."
        ),
        "dead_events_subject": "Algo de la tienda no se pudo terminar",
        "dead_events_heading": "Algo no se pudo terminar",
        "dead_events_lead": (
            "Eventos de la tienda han fallado todas las veces permitidas (hasta ahora: {count}): "
            "puede faltar un correo, un webhook o una página. No afecta a pedidos ni a dinero. Cuando "
            "la causa esté reparada, repítelos desde la administración."
        ),
        "dead_messages_subject": "No se pudieron atender mensajes del proveedor de pago",
        "dead_messages_heading": "No se pudieron atender mensajes del proveedor de pago",
        "dead_messages_lead": (
            "Han fallado todas las veces permitidas (hasta ahora: {count}). La tienda pregunta por sí "
            "misma por los pagos abiertos, así que no se pierde dinero. Cuando la causa esté "
            "reparada, repítelos desde la administración."
        ),
        "money_differs_subject": "La cuenta del proveedor de pago no coincide con la nuestra",
        "money_differs_heading": "La cuenta del proveedor de pago no coincide con la nuestra",
        "money_differs_lead": (
            "La comparación diaria no pudo resolverlo todo por sí misma (pagos: {count}). Compáralos "
            "con las páginas del proveedor de pago. El dinero sin pedido solo se puede devolver allí."
        ),
    },
}
