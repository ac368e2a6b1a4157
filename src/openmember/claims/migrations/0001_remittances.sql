-- What a remittance said is history: only whose a claim is, and what became of it, may be said later.
CREATE TRIGGER claims_remittance_guard BEFORE UPDATE OR DELETE ON claims_remittance
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER claims_claim_guard
    BEFORE DELETE OR UPDATE OF id, remittance_id, segment_number, control, payer_control, status, charge_cents, paid_cents,
        patient_cents, is_pharmacy, provider, served_on, remarks
    ON claims_claim FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER claims_service_guard BEFORE UPDATE OR DELETE ON claims_service
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER claims_adjustment_guard BEFORE UPDATE OR DELETE ON claims_adjustment
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER claims_visit_guard BEFORE UPDATE OR DELETE ON claims_visit
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER claims_visitline_guard BEFORE UPDATE OR DELETE ON claims_visitline
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
