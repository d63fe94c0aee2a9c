from outrider.protocol.messages.itemestimate import (
    Estimate,
    EstimateCollection,
    EstimateResponse,
    GetItemEstimateRequest,
    GetItemEstimateResponse,
)
from outrider.protocol.messages.sync import Options
from outrider.protocol.pages import TAGS
from outrider.protocol.schema import decode
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load
from tests.protocol.golden import GoldenContract, Pair

PAIRS = [
    Pair(
        "getitemestimate-001",
        Version.V14_1,
        GetItemEstimateRequest(
            collections=[
                EstimateCollection(
                    sync_key="1.4",
                    collection_id="5",
                    conversation_mode=False,
                    options=[Options(filter_type=2, class_name="Email")],
                )
            ]
        ),
    ),
    Pair(
        "getitemestimate-002",
        Version.V12_1,
        GetItemEstimateRequest(
            collections=[
                EstimateCollection(class_name="Email", sync_key="1.4", collection_id="5", filter_type=2)
            ]
        ),
    ),
    Pair(
        "getitemestimate-003",
        Version.V14_1,
        GetItemEstimateResponse(
            responses=[
                EstimateResponse(status=1, collection=Estimate(collection_id="5", estimate=17)),
                EstimateResponse(status=2, collection=Estimate(collection_id="99")),
            ]
        ),
    ),
    Pair(
        "getitemestimate-004",
        Version.V12_1,
        GetItemEstimateResponse(
            responses=[
                EstimateResponse(
                    status=1, collection=Estimate(class_name="Email", collection_id="5", estimate=0)
                )
            ]
        ),
    ),
    Pair("getitemestimate-005", Version.V14_1, GetItemEstimateResponse(status=142)),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


def test_options_may_come_first_with_the_filter_before_the_class() -> None:
    # Thunderbird's add-on writes them so.
    text = (
        "<GetItemEstimate xmlns='GetItemEstimate' xmlns:a='AirSync'><Collections><Collection>"
        "<a:Options><a:FilterType>5</a:FilterType><a:Class>Email</a:Class></a:Options>"
        "<a:SyncKey>1.4</a:SyncKey><CollectionId>5</CollectionId>"
        "</Collection></Collections></GetItemEstimate>"
    )
    request = decode(GetItemEstimateRequest, load(text, TAGS), Version.V14_1).value
    assert request.collections == [
        EstimateCollection(
            sync_key="1.4", collection_id="5", options=[Options(filter_type=5, class_name="Email")]
        )
    ]
