"""Page 1: who is at the counter."""

from counter_app.case import Case
from counter_app.models import Rules, SearchForm
from counter_app.operations.services import Services
from counter_app.osigu.errors import Failure, Kind, OsiguError


async def forms(services: Services, sponsor: str) -> tuple[SearchForm, ...]:
    """The ways in which a sponsor lets its beneficiaries be found.

    Raises:
        OsiguError: with `Kind.NOT_AFFILIATED` when this provider may not ask that sponsor.
    Source: OSIGU quickstart, step 2.
    """
    return await services.osigu.forms(sponsor)


async def search(services: Services, case: Case) -> Case:
    """Ask the sponsor who matches the case's query.

    Raises:
        OsiguError: with `Kind.NOT_FOUND` when nobody matches or the cover ended; see the failure table for the rest.
    Source: OSIGU quickstart, step 2.
    """
    if case.sponsor is None or case.query is None:
        raise OsiguError(Failure(kind=Kind.INVALID))
    people = await services.osigu.search(case.sponsor, dict(case.query.values))
    return case.found(people, services.now())


async def rules(services: Services, sponsor: str, product_type: str) -> Rules:
    """What the sponsor demands of a request for this type of product.

    Raises:
        OsiguError: see the failure table. Without rules the counter goes on: the create call's 422 will tell.
    """
    return await services.osigu.rules(sponsor, product_type)
