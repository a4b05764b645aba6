import type { texts as english } from "../en/texts.ts";
import type { Words } from "../words.ts";

/** The pages of text, in Spanish. */
export const texts: Words<typeof english> = {
  texts: {
    updated: "Último cambio: noviembre de 2026",
    about: {
      title: "Sobre VivaMarket",
      description: "Quiénes somos y cómo elegimos lo que vendemos.",
      body: [
        [
          "Un mercado en vez de doce recados",
          "VivaMarket empezó como un puesto de los sábados con pan, jabón y discos de segunda mano. La gente siempre pedía una cosa más, así que pusimos una mesa más. Hoy es un mercado entero, y seguimos probando y usando todo antes de darle un estante.",
        ],
        [
          "Cómo elegimos",
          "Algo se gana su sitio cuando dura, se puede reparar o comer hasta la última miga, y cuando sabemos quién lo hizo. Preferimos tres buenas sartenes a treinta dudosas.",
        ],
        [
          "Cómo empaquetamos",
          "Los pedidos se preparan a mano, en papel y cartón, y lo que pides junto viaja junto siempre que se puede.",
        ],
        [
          "Habla con nosotros",
          "Escribe a hello@vivamarket.example. Lo lee una persona y responde una persona, casi siempre el mismo día.",
        ],
      ],
    },
    shipping: {
      title: "Envíos",
      description: "Cuánto cuesta, cuánto tarda y cómo se sigue.",
      body: [
        [
          "Cuánto cuesta",
          "El precio depende del peso del paquete y del destino. Ves cada opción con su precio y sus días antes de pagar. A partir de la cantidad que indica tu cesta, el envío estándar es gratis.",
        ],
        [
          "Cuánto tarda",
          "Lo pagado antes del mediodía sale el mismo día laborable; lo demás, el siguiente. Los días que se muestran cuentan desde entonces.",
        ],
        [
          "Seguir el paquete",
          "El correo de confirmación lleva un enlace a tu pedido. Funciona sin cuenta y muestra cada paso.",
        ],
        [
          "Si algo llega roto",
          "Haz una foto, envíanosla en una semana y te mandamos otro o tu dinero, lo que prefieras.",
        ],
      ],
    },
    returns: {
      title: "Devoluciones",
      description: "Tienes 30 días para cambiar de idea.",
      body: [
        [
          "30 días",
          "Puedes devolver lo que no hayas usado en los 30 días siguientes a su llegada, sin dar motivos. La comida fresca y los productos de higiene abiertos son la excepción, por razones fáciles de imaginar.",
        ],
        [
          "Cómo funciona",
          "Escríbenos con el número de pedido y te enviamos una etiqueta. Cuando el paquete vuelve, el reembolso sale en tres días laborables a la tarjeta con la que pagaste.",
        ],
        [
          "Qué recuperas",
          "El precio completo de lo devuelto y el envío estándar si devuelves todo el pedido.",
        ],
        [
          "Productos con defectos",
          "Si algo falla en dos años, lo reparamos, lo cambiamos o lo reembolsamos, y pagamos la ida y la vuelta.",
        ],
      ],
    },
    privacy: {
      title: "Privacidad",
      description: "Qué guardamos, por qué y durante cuánto tiempo.",
      body: [
        [
          "Qué guardamos",
          "Para enviarte lo que pides guardamos tu nombre, dirección y correo con el pedido. Para recordar tu cesta, tu navegador guarda un número aleatorio. No usamos cookies de publicidad ni cargamos nada de otras empresas.",
        ],
        [
          "Quién lo ve",
          "Quienes empaquetan, quien reparte y el proveedor de pagos que cobra la tarjeta. El número de la tarjeta va directo al proveedor y nunca pasa por nuestra tienda.",
        ],
        [
          "Cuánto tiempo",
          "Los pedidos se guardan lo que pide la ley fiscal. Las cestas sin pedir se borran a las pocas semanas.",
        ],
        [
          "Tus derechos",
          "Puedes preguntar qué sabemos de ti y pedir que se corrija, se exporte o se borre. Escribe a privacy@vivamarket.example.",
        ],
      ],
    },
  },
} as const;
