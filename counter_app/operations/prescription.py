"""Page 2: what was prescribed."""

from dataclasses import replace

from counter_app.case import Case
from counter_app.models import Product, ProductType
from counter_app.operations.services import Services
from counter_app.osigu.errors import Failure, Kind, OsiguError

_SHORTEST_QUERY = 2


async def create(services: Services, case: Case) -> Case:
    """Register the authorization request; nothing is decided by it.

    Raises:
        OsiguError: with `Kind.INVALID` and the wrong fields when the sponsor requires more or a product is not
            registered with this provider (`071-104`).
    Source: OSIGU quickstart, step 3. A request that is never completed authorizes nothing and costs nothing.
    """
    if case.sponsor is None or case.beneficiary is None or case.prescription is None:
        raise OsiguError(Failure(kind=Kind.INVALID))
    created = await services.osigu.create_request(case.beneficiary.beneficiary_id, case.sponsor, case.prescription)
    return replace(case, request_id=created.request_id)


async def products(services: Services, product_type: str, query: str) -> tuple[Product, ...]:
    """The provider's products that match, then those of the medication catalogue.

    A catalogue that is missing or fails stops nobody: the code stays free text (contract: "catalogues"). Answers are
    remembered, because OSIGU allows all counters of a client 50 calls a minute together.

    Raises:
        OsiguError: when the provider's own products can't be had.
    """
    words = query.strip()
    if len(words) < _SHORTEST_QUERY:
        return ()
    asked = (product_type, words.casefold())
    if asked not in services.catalogue:
        found = await services.osigu.provider_products(product_type, words)
        if not found and product_type == ProductType.MEDICATION:
            found = await services.osigu.medications(words)
        services.catalogue[asked] = found
    return services.catalogue[asked]
