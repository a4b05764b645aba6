from vivamarket.kernel.money import Money
from vivamarket.shipping.model import ShippingMethod, ShippingRules, ShippingZone, WeightStep

FLAT = ShippingMethod(
    key="standard",
    labels={"en": "Standard"},
    steps=(WeightStep(10**9, {"EUR": 390}),),
    days_min=2,
    days_max=3,
    free_from={"EUR": 5_000},
)
BY_WEIGHT = ShippingMethod(
    key="express",
    labels={"en": "Express"},
    steps=(WeightStep(2_000, {"EUR": 790}), WeightStep(10_000, {"EUR": 1_190})),
    days_min=1,
    days_max=1,
)
RULES = ShippingRules(
    (
        ShippingZone("Home", frozenset({"ES"}), (BY_WEIGHT, FLAT)),
        ShippingZone("World", frozenset({"*"}), (BY_WEIGHT,)),
    )
)


def test_options_come_cheapest_first():
    options = RULES.options("ES", weight_grams=500, subtotal=Money(1_000, "EUR"))

    assert [(each.method.key, each.price.minor_units) for each in options] == [
        ("standard", 390),
        ("express", 790),
    ]


def test_shipping_is_free_from_the_threshold_on():
    below = RULES.options("ES", weight_grams=500, subtotal=Money(4_999, "EUR"))
    at = RULES.options("ES", weight_grams=500, subtotal=Money(5_000, "EUR"))

    assert below[0].price == Money(390, "EUR")
    assert at[0].price == Money.zero("EUR")


def test_a_weight_step_includes_its_limit():
    assert BY_WEIGHT.price(weight_grams=2_000, subtotal=Money(1, "EUR")) == Money(790, "EUR")
    assert BY_WEIGHT.price(weight_grams=2_001, subtotal=Money(1, "EUR")) == Money(1_190, "EUR")


def test_a_parcel_too_heavy_is_not_offered():
    options = RULES.options("ES", weight_grams=10_001, subtotal=Money(1, "EUR"))

    assert [each.method.key for each in options] == ["standard"]


def test_a_method_without_a_price_in_the_currency_is_not_offered():
    assert RULES.options("ES", weight_grams=1, subtotal=Money(1, "USD")) == ()


def test_the_rest_of_the_world_takes_unnamed_countries():
    assert [each.key for each in RULES.methods_to("JP")] == ["express"]


def test_without_a_rest_of_the_world_other_countries_get_nothing():
    assert ShippingRules(RULES.zones[:1]).methods_to("JP") == ()
