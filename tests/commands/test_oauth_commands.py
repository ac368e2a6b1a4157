"""Apps are let in and shut out by an operator."""


def test_an_app_is_added_listed_and_shut_out(openmember):
    added = openmember(
        "oauth", "client", "add", "My app", "--redirect-uri", "com.example.app:/cb", "--json"
    )
    client_id = added.json["client_id"]

    assert added.code == 0
    assert openmember("oauth", "client", "list", "--json").json["clients"][0]["name"] == "My app"
    assert openmember("oauth", "client", "disable", client_id, "--json").json["disabled_at"]


def test_a_careless_address_is_refused(openmember):
    said = openmember(
        "oauth", "client", "add", "My app", "--redirect-uri", "http://app.example/", "--json"
    )

    assert said.code == 1
    assert "http is for 127.0.0.1" in said.json["error"]
