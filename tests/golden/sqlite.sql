CREATE TABLE IF NOT EXISTS meta(nokkel TEXT PRIMARY KEY, verdi TEXT);
CREATE TABLE IF NOT EXISTS teller(serie TEXT PRIMARY KEY, verdi BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS vern(id INTEGER PRIMARY KEY, nokkel TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS arkiv(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  endretdato TEXT,
  endretdato_t BIGINT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  endretav TEXT,
  referanseendretav TEXT,
  referanseopprettetav TEXT,
  tittel TEXT,
  beskrivelse TEXT,
  arkivstatus TEXT,
  arkivstatus_navn TEXT,
  dokumentmedium TEXT,
  dokumentmedium_navn TEXT,
  avsluttetdato TEXT,
  avsluttetdato_t BIGINT,
  avsluttetav TEXT,
  referanseavsluttetav TEXT,
  overarkiv_id BIGINT);
CREATE TABLE IF NOT EXISTS arkivskaper(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  endretdato TEXT,
  endretdato_t BIGINT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  endretav TEXT,
  referanseendretav TEXT,
  referanseopprettetav TEXT,
  arkivskaperid TEXT,
  arkivskapernavn TEXT,
  beskrivelse TEXT);
CREATE TABLE IF NOT EXISTS arkivdel(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  endretdato TEXT,
  endretdato_t BIGINT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  endretav TEXT,
  referanseendretav TEXT,
  referanseopprettetav TEXT,
  tittel TEXT,
  beskrivelse TEXT,
  arkivdelstatus TEXT,
  arkivdelstatus_navn TEXT,
  dokumentmedium TEXT,
  dokumentmedium_navn TEXT,
  avsluttetdato TEXT,
  avsluttetdato_t BIGINT,
  avsluttetav TEXT,
  referanseavsluttetav TEXT,
  arkivperiodestartdato TEXT,
  arkivperiodestartdato_t BIGINT,
  arkivperiodesluttdato TEXT,
  arkivperiodesluttdato_t BIGINT,
  referanseforloeper TEXT,
  referansearvtaker TEXT,
  kassasjon_kassasjonsvedtak TEXT,
  kassasjon_kassasjonsvedtak_navn TEXT,
  kassasjon_kassasjonshjemmel TEXT,
  kassasjon_bevaringstid BIGINT,
  kassasjon_kassasjonsdato TEXT,
  kassasjon_kassasjonsdato_t BIGINT,
  utfoertkassasjon_kassertdato TEXT,
  utfoertkassasjon_kassertdato_t BIGINT,
  utfoertkassasjon_kassertav TEXT,
  utfoertkassasjon_referansekassertav TEXT,
  sletting_slettingstype TEXT,
  sletting_slettingstype_navn TEXT,
  sletting_slettetdato TEXT,
  sletting_slettetdato_t BIGINT,
  sletting_slettetav TEXT,
  sletting_referanseslettetav TEXT,
  skjerming_tilgangsrestriksjon TEXT,
  skjerming_tilgangsrestriksjon_navn TEXT,
  skjerming_skjermingshjemmel TEXT,
  skjerming_skjermingdokument TEXT,
  skjerming_skjermingdokument_navn TEXT,
  skjerming_skjermingsvarighet BIGINT,
  skjerming_skjermingopphoererdato TEXT,
  skjerming_skjermingopphoererdato_t BIGINT,
  gradering_graderingskode TEXT,
  gradering_graderingskode_navn TEXT,
  gradering_graderingsdato TEXT,
  gradering_graderingsdato_t BIGINT,
  gradering_gradertav TEXT,
  gradering_referansegradertav TEXT,
  gradering_nedgraderingsdato TEXT,
  gradering_nedgraderingsdato_t BIGINT,
  gradering_nedgradertav TEXT,
  gradering_referansenedgradertav TEXT,
  arkiv_id BIGINT,
  nestearkivdel_id BIGINT,
  klassifikasjonssystem_id BIGINT);
CREATE TABLE IF NOT EXISTS klassifikasjonssystem(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  endretdato TEXT,
  endretdato_t BIGINT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  endretav TEXT,
  referanseendretav TEXT,
  referanseopprettetav TEXT,
  klassifikasjonstype TEXT,
  klassifikasjonstype_navn TEXT,
  tittel TEXT,
  beskrivelse TEXT,
  avsluttetdato TEXT,
  avsluttetdato_t BIGINT,
  avsluttetav TEXT,
  referanseavsluttetav TEXT);
CREATE TABLE IF NOT EXISTS klasse(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  endretdato TEXT,
  endretdato_t BIGINT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  endretav TEXT,
  referanseendretav TEXT,
  referanseopprettetav TEXT,
  klasseid TEXT,
  tittel TEXT,
  beskrivelse TEXT,
  avsluttetdato TEXT,
  avsluttetdato_t BIGINT,
  avsluttetav TEXT,
  referanseavsluttetav TEXT,
  skjerming_tilgangsrestriksjon TEXT,
  skjerming_tilgangsrestriksjon_navn TEXT,
  skjerming_skjermingshjemmel TEXT,
  skjerming_skjermingdokument TEXT,
  skjerming_skjermingdokument_navn TEXT,
  skjerming_skjermingsvarighet BIGINT,
  skjerming_skjermingopphoererdato TEXT,
  skjerming_skjermingopphoererdato_t BIGINT,
  kassasjon_kassasjonsvedtak TEXT,
  kassasjon_kassasjonsvedtak_navn TEXT,
  kassasjon_kassasjonshjemmel TEXT,
  kassasjon_bevaringstid BIGINT,
  kassasjon_kassasjonsdato TEXT,
  kassasjon_kassasjonsdato_t BIGINT,
  gradering_graderingskode TEXT,
  gradering_graderingskode_navn TEXT,
  gradering_graderingsdato TEXT,
  gradering_graderingsdato_t BIGINT,
  gradering_gradertav TEXT,
  gradering_referansegradertav TEXT,
  gradering_nedgraderingsdato TEXT,
  gradering_nedgraderingsdato_t BIGINT,
  gradering_nedgradertav TEXT,
  gradering_referansenedgradertav TEXT,
  klassifikasjonssystem_id BIGINT,
  overklasse_id BIGINT);
CREATE TABLE IF NOT EXISTS mappe(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  endretdato TEXT,
  endretdato_t BIGINT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  endretav TEXT,
  referanseendretav TEXT,
  referanseopprettetav TEXT,
  mappeid TEXT,
  tittel TEXT,
  offentligtittel TEXT,
  beskrivelse TEXT,
  dokumentmedium TEXT,
  dokumentmedium_navn TEXT,
  avsluttetdato TEXT,
  avsluttetdato_t BIGINT,
  avsluttetav TEXT,
  referanseavsluttetav TEXT,
  kassasjon_kassasjonsvedtak TEXT,
  kassasjon_kassasjonsvedtak_navn TEXT,
  kassasjon_kassasjonshjemmel TEXT,
  kassasjon_bevaringstid BIGINT,
  kassasjon_kassasjonsdato TEXT,
  kassasjon_kassasjonsdato_t BIGINT,
  skjerming_tilgangsrestriksjon TEXT,
  skjerming_tilgangsrestriksjon_navn TEXT,
  skjerming_skjermingshjemmel TEXT,
  skjerming_skjermingdokument TEXT,
  skjerming_skjermingdokument_navn TEXT,
  skjerming_skjermingsvarighet BIGINT,
  skjerming_skjermingopphoererdato TEXT,
  skjerming_skjermingopphoererdato_t BIGINT,
  gradering_graderingskode TEXT,
  gradering_graderingskode_navn TEXT,
  gradering_graderingsdato TEXT,
  gradering_graderingsdato_t BIGINT,
  gradering_gradertav TEXT,
  gradering_referansegradertav TEXT,
  gradering_nedgraderingsdato TEXT,
  gradering_nedgraderingsdato_t BIGINT,
  gradering_nedgradertav TEXT,
  gradering_referansenedgradertav TEXT,
  referanseforeldermappe TEXT,
  virksomhetsspesifikkemetadata TEXT,
  saksaar BIGINT,
  sakssekvensnummer BIGINT,
  saksdato TEXT,
  saksdato_t BIGINT,
  administrativenhet TEXT,
  referanseadministrativenhet TEXT,
  saksansvarlig TEXT,
  referansesaksansvarlig TEXT,
  journalenhet TEXT,
  saksstatus TEXT,
  saksstatus_navn TEXT,
  utlaantdato TEXT,
  utlaantdato_t BIGINT,
  utlaanttil TEXT,
  referanseutlaanttil TEXT,
  moetenummer TEXT,
  utvalg TEXT,
  moetedato TEXT,
  moetedato_t BIGINT,
  moetested TEXT,
  referanseforrigemoete TEXT,
  referansenestemoete TEXT,
  arkivdel_id BIGINT,
  klasse_id BIGINT,
  overmappe_id BIGINT);
CREATE TABLE IF NOT EXISTS registrering(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  endretdato TEXT,
  endretdato_t BIGINT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  endretav TEXT,
  referanseendretav TEXT,
  referanseopprettetav TEXT,
  arkivertdato TEXT,
  arkivertdato_t BIGINT,
  arkivertav TEXT,
  referansearkivertav TEXT,
  kassasjon_kassasjonsvedtak TEXT,
  kassasjon_kassasjonsvedtak_navn TEXT,
  kassasjon_kassasjonshjemmel TEXT,
  kassasjon_bevaringstid BIGINT,
  kassasjon_kassasjonsdato TEXT,
  kassasjon_kassasjonsdato_t BIGINT,
  skjerming_tilgangsrestriksjon TEXT,
  skjerming_tilgangsrestriksjon_navn TEXT,
  skjerming_skjermingshjemmel TEXT,
  skjerming_skjermingdokument TEXT,
  skjerming_skjermingdokument_navn TEXT,
  skjerming_skjermingsvarighet BIGINT,
  skjerming_skjermingopphoererdato TEXT,
  skjerming_skjermingopphoererdato_t BIGINT,
  gradering_graderingskode TEXT,
  gradering_graderingskode_navn TEXT,
  gradering_graderingsdato TEXT,
  gradering_graderingsdato_t BIGINT,
  gradering_gradertav TEXT,
  gradering_referansegradertav TEXT,
  gradering_nedgraderingsdato TEXT,
  gradering_nedgraderingsdato_t BIGINT,
  gradering_nedgradertav TEXT,
  gradering_referansenedgradertav TEXT,
  referansearkivdel TEXT,
  registreringsid TEXT,
  tittel TEXT,
  offentligtittel TEXT,
  beskrivelse TEXT,
  dokumentmedium TEXT,
  dokumentmedium_navn TEXT,
  virksomhetsspesifikkemetadata TEXT,
  journalaar BIGINT,
  journalsekvensnummer BIGINT,
  journalpostnummer BIGINT,
  journalposttype TEXT,
  journalposttype_navn TEXT,
  journalstatus TEXT,
  journalstatus_navn TEXT,
  journaldato TEXT,
  journaldato_t BIGINT,
  dokumentetsdato TEXT,
  dokumentetsdato_t BIGINT,
  mottattdato TEXT,
  mottattdato_t BIGINT,
  sendtdato TEXT,
  sendtdato_t BIGINT,
  forfallsdato TEXT,
  forfallsdato_t BIGINT,
  offentlighetsvurdertdato TEXT,
  offentlighetsvurdertdato_t BIGINT,
  antallvedlegg BIGINT,
  utlaantdato TEXT,
  utlaantdato_t BIGINT,
  utlaanttil TEXT,
  referanseutlaanttil TEXT,
  journalenhet TEXT,
  elektronisksignatur_elektronisksignatursikkerhetsnivaa TEXT,
  elektronisksignatur_elektronisksignatursikkerhetsnivaa_navn TEXT,
  elektronisksignatur_elektronisksignaturverifisert TEXT,
  elektronisksignatur_elektronisksignaturverifisert_navn TEXT,
  elektronisksignatur_verifisertdato TEXT,
  elektronisksignatur_verifisertdato_t BIGINT,
  elektronisksignatur_verifisertav TEXT,
  elektronisksignatur_referanseverifisertav TEXT,
  moeteregistreringstype TEXT,
  moeteregistreringstype_navn TEXT,
  moetesakstype TEXT,
  moetesakstype_navn TEXT,
  moeteregistreringsstatus TEXT,
  moeteregistreringsstatus_navn TEXT,
  administrativenhet TEXT,
  saksbehandler TEXT,
  arkivdel_id BIGINT,
  klasse_id BIGINT,
  mappe_id BIGINT);
CREATE TABLE IF NOT EXISTS dokumentbeskrivelse(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  endretdato TEXT,
  endretdato_t BIGINT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  endretav TEXT,
  referanseendretav TEXT,
  referanseopprettetav TEXT,
  dokumenttype TEXT,
  dokumenttype_navn TEXT,
  dokumentstatus TEXT,
  dokumentstatus_navn TEXT,
  tittel TEXT,
  beskrivelse TEXT,
  dokumentmedium TEXT,
  dokumentmedium_navn TEXT,
  oppbevaringssted TEXT,
  tilknyttetregistreringsom TEXT,
  tilknyttetregistreringsom_navn TEXT,
  dokumentnummer BIGINT,
  tilknyttetdato TEXT,
  tilknyttetdato_t BIGINT,
  tilknyttetav TEXT,
  referansetilknyttetav TEXT,
  kassasjon_kassasjonsvedtak TEXT,
  kassasjon_kassasjonsvedtak_navn TEXT,
  kassasjon_kassasjonshjemmel TEXT,
  kassasjon_bevaringstid BIGINT,
  kassasjon_kassasjonsdato TEXT,
  kassasjon_kassasjonsdato_t BIGINT,
  utfoertkassasjon_kassertdato TEXT,
  utfoertkassasjon_kassertdato_t BIGINT,
  utfoertkassasjon_kassertav TEXT,
  utfoertkassasjon_referansekassertav TEXT,
  sletting_slettingstype TEXT,
  sletting_slettingstype_navn TEXT,
  sletting_slettetdato TEXT,
  sletting_slettetdato_t BIGINT,
  sletting_slettetav TEXT,
  sletting_referanseslettetav TEXT,
  skjerming_tilgangsrestriksjon TEXT,
  skjerming_tilgangsrestriksjon_navn TEXT,
  skjerming_skjermingshjemmel TEXT,
  skjerming_skjermingdokument TEXT,
  skjerming_skjermingdokument_navn TEXT,
  skjerming_skjermingsvarighet BIGINT,
  skjerming_skjermingopphoererdato TEXT,
  skjerming_skjermingopphoererdato_t BIGINT,
  gradering_graderingskode TEXT,
  gradering_graderingskode_navn TEXT,
  gradering_graderingsdato TEXT,
  gradering_graderingsdato_t BIGINT,
  gradering_gradertav TEXT,
  gradering_referansegradertav TEXT,
  gradering_nedgraderingsdato TEXT,
  gradering_nedgraderingsdato_t BIGINT,
  gradering_nedgradertav TEXT,
  gradering_referansenedgradertav TEXT,
  elektronisksignatur_elektronisksignatursikkerhetsnivaa TEXT,
  elektronisksignatur_elektronisksignatursikkerhetsnivaa_navn TEXT,
  elektronisksignatur_elektronisksignaturverifisert TEXT,
  elektronisksignatur_elektronisksignaturverifisert_navn TEXT,
  elektronisksignatur_verifisertdato TEXT,
  elektronisksignatur_verifisertdato_t BIGINT,
  elektronisksignatur_verifisertav TEXT,
  elektronisksignatur_referanseverifisertav TEXT,
  eksternreferanse TEXT,
  virksomhetsspesifikkemetadata TEXT);
CREATE TABLE IF NOT EXISTS dokumentobjekt(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  endretdato TEXT,
  endretdato_t BIGINT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  endretav TEXT,
  referanseendretav TEXT,
  referanseopprettetav TEXT,
  versjonsnummer BIGINT,
  variantformat TEXT,
  variantformat_navn TEXT,
  format TEXT,
  format_navn TEXT,
  formatdetaljer TEXT,
  referansedokumentfil TEXT,
  filnavn TEXT,
  sjekksum TEXT,
  mimetype TEXT,
  sjekksumalgoritme TEXT,
  filstoerrelse BIGINT,
  elektronisksignatur_elektronisksignatursikkerhetsnivaa TEXT,
  elektronisksignatur_elektronisksignatursikkerhetsnivaa_navn TEXT,
  elektronisksignatur_elektronisksignaturverifisert TEXT,
  elektronisksignatur_elektronisksignaturverifisert_navn TEXT,
  elektronisksignatur_verifisertdato TEXT,
  elektronisksignatur_verifisertdato_t BIGINT,
  elektronisksignatur_verifisertav TEXT,
  elektronisksignatur_referanseverifisertav TEXT,
  dokumentbeskrivelse_id BIGINT);
CREATE TABLE IF NOT EXISTS korrespondansepart(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  korrespondanseparttype TEXT,
  korrespondanseparttype_navn TEXT,
  virksomhetsspesifikkemetadata TEXT,
  enhetsidentifikator_organisasjonsnummer TEXT,
  navn TEXT,
  forretningsadresse_adresselinje1 TEXT,
  forretningsadresse_adresselinje2 TEXT,
  forretningsadresse_adresselinje3 TEXT,
  forretningsadresse_postnr TEXT,
  forretningsadresse_postnr_navn TEXT,
  forretningsadresse_poststed TEXT,
  forretningsadresse_landkode TEXT,
  forretningsadresse_landkode_navn TEXT,
  postadresse_adresselinje1 TEXT,
  postadresse_adresselinje2 TEXT,
  postadresse_adresselinje3 TEXT,
  postadresse_postnr TEXT,
  postadresse_postnr_navn TEXT,
  postadresse_poststed TEXT,
  postadresse_landkode TEXT,
  postadresse_landkode_navn TEXT,
  kontaktinformasjon_epostadresse TEXT,
  kontaktinformasjon_mobiltelefon TEXT,
  kontaktinformasjon_telefon TEXT,
  kontaktperson TEXT,
  administrativenhet TEXT,
  saksbehandler TEXT,
  bostedsadresse_adresselinje1 TEXT,
  bostedsadresse_adresselinje2 TEXT,
  bostedsadresse_adresselinje3 TEXT,
  bostedsadresse_postnr TEXT,
  bostedsadresse_postnr_navn TEXT,
  bostedsadresse_poststed TEXT,
  bostedsadresse_landkode TEXT,
  bostedsadresse_landkode_navn TEXT,
  referanseadministrativenhet TEXT,
  referansesaksbehandler TEXT,
  registrering_id BIGINT);
CREATE TABLE IF NOT EXISTS part(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  partid TEXT,
  partrolle TEXT,
  partrolle_navn TEXT,
  virksomhetsspesifikkemetadata TEXT,
  enhetsidentifikator_organisasjonsnummer TEXT,
  navn TEXT,
  forretningsadresse_adresselinje1 TEXT,
  forretningsadresse_adresselinje2 TEXT,
  forretningsadresse_adresselinje3 TEXT,
  forretningsadresse_postnr TEXT,
  forretningsadresse_postnr_navn TEXT,
  forretningsadresse_poststed TEXT,
  forretningsadresse_landkode TEXT,
  forretningsadresse_landkode_navn TEXT,
  postadresse_adresselinje1 TEXT,
  postadresse_adresselinje2 TEXT,
  postadresse_adresselinje3 TEXT,
  postadresse_postnr TEXT,
  postadresse_postnr_navn TEXT,
  postadresse_poststed TEXT,
  postadresse_landkode TEXT,
  postadresse_landkode_navn TEXT,
  kontaktinformasjon_epostadresse TEXT,
  kontaktinformasjon_mobiltelefon TEXT,
  kontaktinformasjon_telefon TEXT,
  kontaktperson TEXT,
  bostedsadresse_adresselinje1 TEXT,
  bostedsadresse_adresselinje2 TEXT,
  bostedsadresse_adresselinje3 TEXT,
  bostedsadresse_postnr TEXT,
  bostedsadresse_postnr_navn TEXT,
  bostedsadresse_poststed TEXT,
  bostedsadresse_landkode TEXT,
  bostedsadresse_landkode_navn TEXT,
  mappe_id BIGINT,
  registrering_id BIGINT,
  dokumentbeskrivelse_id BIGINT);
CREATE TABLE IF NOT EXISTS merknad(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  merknadstekst TEXT,
  merknadstype TEXT,
  merknadstype_navn TEXT,
  merknadsdato TEXT,
  merknadsdato_t BIGINT,
  merknadregistrertav TEXT,
  referansemerknadregistrertav TEXT,
  mappe_id BIGINT,
  registrering_id BIGINT,
  dokumentbeskrivelse_id BIGINT);
CREATE TABLE IF NOT EXISTS kryssreferanse(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  endretdato TEXT,
  endretdato_t BIGINT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  endretav TEXT,
  referanseendretav TEXT,
  referanseopprettetav TEXT,
  klasse_id BIGINT,
  mappe_id BIGINT,
  registrering_id BIGINT,
  tilklasse_id BIGINT,
  tilmappe_id BIGINT,
  tilregistrering_id BIGINT);
CREATE TABLE IF NOT EXISTS konvertering(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  konvertertdato TEXT,
  konvertertdato_t BIGINT,
  konvertertav TEXT,
  konvertertfraformat TEXT,
  konvertertfraformat_navn TEXT,
  konverterttilformat TEXT,
  konverterttilformat_navn TEXT,
  konverteringsverktoey TEXT,
  konverteringskommentar TEXT,
  dokumentobjekt_id BIGINT);
CREATE TABLE IF NOT EXISTS nasjonalidentifikator(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  bygningsnummer BIGINT,
  endringsloepenummer BIGINT,
  organisasjonsnummer TEXT,
  kommunenummer TEXT,
  gaardsnummer BIGINT,
  bruksnummer BIGINT,
  festenummer BIGINT,
  seksjonsnummer BIGINT,
  foedselsnummer TEXT,
  dnummer TEXT,
  fylkesnummer TEXT,
  landkode TEXT,
  landkode_navn TEXT,
  planidentifikasjon TEXT,
  koordinatsystem TEXT,
  koordinatsystem_navn TEXT,
  x DOUBLE PRECISION,
  y DOUBLE PRECISION,
  z DOUBLE PRECISION,
  mappe_id BIGINT,
  registrering_id BIGINT);
CREATE TABLE IF NOT EXISTS avskrivning(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  avskrivningsdato TEXT,
  avskrivningsdato_t BIGINT,
  avskrevetav TEXT,
  referanseavskrevetav TEXT,
  avskrivningsmaate TEXT,
  avskrivningsmaate_navn TEXT,
  referanseavskrivesavjournalpost TEXT,
  referanseavskrivesavkorrespondansepart TEXT,
  journalpost_id BIGINT);
CREATE TABLE IF NOT EXISTS dokumentflyt(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  flyttil TEXT,
  referanseflyttil TEXT,
  flytfra TEXT,
  referanseflytfra TEXT,
  flytmottattdato TEXT,
  flytmottattdato_t BIGINT,
  flytsendtdato TEXT,
  flytsendtdato_t BIGINT,
  flytstatus TEXT,
  flytstatus_navn TEXT,
  flytmerknad TEXT,
  journalpost_id BIGINT,
  arkivnotat_id BIGINT);
CREATE TABLE IF NOT EXISTS presedens(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  presedensdato TEXT,
  presedensdato_t BIGINT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  referanseopprettetav TEXT,
  tittel TEXT,
  beskrivelse TEXT,
  presedenshjemmel TEXT,
  rettskildefaktor TEXT,
  presedensgodkjentdato TEXT,
  presedensgodkjentdato_t BIGINT,
  presedensgodkjentav TEXT,
  referansepresedensgodkjentav TEXT,
  avsluttetdato TEXT,
  avsluttetdato_t BIGINT,
  avsluttetav TEXT,
  referanseavsluttetav TEXT,
  presedensstatus TEXT,
  presedensstatus_navn TEXT);
CREATE TABLE IF NOT EXISTS administrativenhet(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  administrativenhetnavn TEXT,
  kortnavn TEXT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  avsluttetdato TEXT,
  avsluttetdato_t BIGINT,
  administrativenhetsstatus TEXT,
  referanseoverordnetenhet TEXT,
  virksomhetsspesifikkemetadata TEXT);
CREATE TABLE IF NOT EXISTS bruker(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  brukernavn TEXT,
  opprettetdato TEXT,
  opprettetdato_t BIGINT,
  opprettetav TEXT,
  avsluttetdato TEXT,
  avsluttetdato_t BIGINT,
  virksomhetsspesifikkemetadata TEXT,
  kortnavn TEXT);
CREATE TABLE IF NOT EXISTS tilgang(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  rolle TEXT,
  tilgangskategori TEXT,
  tilgangskategori_navn TEXT,
  referansearkivenhet TEXT,
  tilgangsrestriksjon TEXT,
  tilgangsrestriksjon_navn TEXT,
  les BIGINT,
  ny BIGINT,
  endre BIGINT,
  slett BIGINT);
CREATE TABLE IF NOT EXISTS logg(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  referansearkivenhet TEXT,
  referansemetadata TEXT,
  endretdato TEXT,
  endretdato_t BIGINT,
  endretav TEXT,
  referanseendretav TEXT,
  tidligereverdi TEXT,
  nyverdi TEXT,
  loggnr BIGINT,
  avtrykk TEXT,
  blad TEXT,
  hendelsetype TEXT,
  hendelsetype_navn TEXT,
  beskrivelse TEXT,
  hendelsedato TEXT,
  hendelsedato_t BIGINT);
CREATE TABLE IF NOT EXISTS vsmfelt(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  navn TEXT,
  type_ TEXT,
  beskrivelse TEXT,
  kilde TEXT,
  utdatert TEXT,
  utdatert_t BIGINT);
CREATE TABLE IF NOT EXISTS kode(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  liste TEXT,
  kode TEXT,
  kodenavn TEXT,
  beskrivelse TEXT,
  utdatert TEXT,
  utdatert_t BIGINT);
CREATE TABLE IF NOT EXISTS verdi(
  id INTEGER PRIMARY KEY,
  systemid TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  versjon BIGINT NOT NULL DEFAULT 1,
  vern BIGINT NOT NULL DEFAULT 0,
  verdi TEXT,
  felt TEXT,
  nr BIGINT,
  verdi_navn TEXT,
  klasse_id BIGINT,
  mappe_id BIGINT,
  registrering_id BIGINT,
  dokumentbeskrivelse_id BIGINT,
  arkiv_id BIGINT,
  arkivdel_id BIGINT,
  korrespondansepart_id BIGINT,
  part_id BIGINT);
CREATE INDEX IF NOT EXISTS arkiv_opprettetdato ON arkiv(opprettetdato_t);
CREATE INDEX IF NOT EXISTS arkiv_overarkiv_id ON arkiv(overarkiv_id, id, vern, type) WHERE overarkiv_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS arkiv_type ON arkiv(type, id, vern);
CREATE INDEX IF NOT EXISTS arkivskaper_opprettetdato ON arkivskaper(opprettetdato_t);
CREATE INDEX IF NOT EXISTS arkivskaper_arkivskaperid ON arkivskaper(arkivskaperid);
CREATE INDEX IF NOT EXISTS arkivskaper_type ON arkivskaper(type, id, vern);
CREATE INDEX IF NOT EXISTS arkivdel_opprettetdato ON arkivdel(opprettetdato_t);
CREATE INDEX IF NOT EXISTS arkivdel_skjerming_skjermingopphoererdato ON arkivdel(skjerming_skjermingopphoererdato_t);
CREATE INDEX IF NOT EXISTS arkivdel_gradering_nedgraderingsdato ON arkivdel(gradering_nedgraderingsdato_t);
CREATE INDEX IF NOT EXISTS arkivdel_arkiv_id ON arkivdel(arkiv_id, id, vern, type) WHERE arkiv_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS arkivdel_nestearkivdel_id ON arkivdel(nestearkivdel_id, id, vern, type) WHERE nestearkivdel_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS arkivdel_klassifikasjonssystem_id ON arkivdel(klassifikasjonssystem_id, id, vern, type) WHERE klassifikasjonssystem_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS arkivdel_type ON arkivdel(type, id, vern);
CREATE INDEX IF NOT EXISTS klassifikasjonssystem_opprettetdato ON klassifikasjonssystem(opprettetdato_t);
CREATE INDEX IF NOT EXISTS klassifikasjonssystem_type ON klassifikasjonssystem(type, id, vern);
CREATE INDEX IF NOT EXISTS klasse_opprettetdato ON klasse(opprettetdato_t);
CREATE INDEX IF NOT EXISTS klasse_klasseid ON klasse(klasseid);
CREATE INDEX IF NOT EXISTS klasse_tittel ON klasse(tittel);
CREATE INDEX IF NOT EXISTS klasse_skjerming_skjermingopphoererdato ON klasse(skjerming_skjermingopphoererdato_t);
CREATE INDEX IF NOT EXISTS klasse_gradering_nedgraderingsdato ON klasse(gradering_nedgraderingsdato_t);
CREATE INDEX IF NOT EXISTS klasse_klassifikasjonssystem_id ON klasse(klassifikasjonssystem_id, id, vern, type) WHERE klassifikasjonssystem_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS klasse_overklasse_id ON klasse(overklasse_id, id, vern, type) WHERE overklasse_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS klasse_type ON klasse(type, id, vern);
CREATE INDEX IF NOT EXISTS mappe_opprettetdato ON mappe(opprettetdato_t);
CREATE INDEX IF NOT EXISTS mappe_mappeid ON mappe(mappeid);
CREATE INDEX IF NOT EXISTS mappe_tittel ON mappe(tittel);
CREATE INDEX IF NOT EXISTS mappe_skjerming_skjermingopphoererdato ON mappe(skjerming_skjermingopphoererdato_t);
CREATE INDEX IF NOT EXISTS mappe_gradering_nedgraderingsdato ON mappe(gradering_nedgraderingsdato_t);
CREATE INDEX IF NOT EXISTS mappe_saksaar ON mappe(saksaar);
CREATE INDEX IF NOT EXISTS mappe_saksansvarlig ON mappe(saksansvarlig);
CREATE INDEX IF NOT EXISTS mappe_referansesaksansvarlig ON mappe(referansesaksansvarlig);
CREATE INDEX IF NOT EXISTS mappe_saksstatus ON mappe(saksstatus);
CREATE INDEX IF NOT EXISTS mappe_moetenummer ON mappe(moetenummer);
CREATE INDEX IF NOT EXISTS mappe_moetedato ON mappe(moetedato_t);
CREATE INDEX IF NOT EXISTS mappe_arkivdel_id ON mappe(arkivdel_id, id, vern, type) WHERE arkivdel_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS mappe_klasse_id ON mappe(klasse_id, id, vern, type) WHERE klasse_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS mappe_overmappe_id ON mappe(overmappe_id, id, vern, type) WHERE overmappe_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS mappe_type ON mappe(type, id, vern);
CREATE INDEX IF NOT EXISTS registrering_opprettetdato ON registrering(opprettetdato_t);
CREATE INDEX IF NOT EXISTS registrering_skjerming_skjermingopphoererdato ON registrering(skjerming_skjermingopphoererdato_t);
CREATE INDEX IF NOT EXISTS registrering_gradering_nedgraderingsdato ON registrering(gradering_nedgraderingsdato_t);
CREATE INDEX IF NOT EXISTS registrering_registreringsid ON registrering(registreringsid);
CREATE INDEX IF NOT EXISTS registrering_tittel ON registrering(tittel);
CREATE INDEX IF NOT EXISTS registrering_journalaar ON registrering(journalaar);
CREATE INDEX IF NOT EXISTS registrering_journalstatus ON registrering(journalstatus);
CREATE INDEX IF NOT EXISTS registrering_journaldato ON registrering(journaldato_t);
CREATE INDEX IF NOT EXISTS registrering_arkivdel_id ON registrering(arkivdel_id, id, vern, type) WHERE arkivdel_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS registrering_klasse_id ON registrering(klasse_id, id, vern, type) WHERE klasse_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS registrering_mappe_id ON registrering(mappe_id, id, vern, type) WHERE mappe_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS registrering_type ON registrering(type, id, vern);
CREATE INDEX IF NOT EXISTS dokumentbeskrivelse_opprettetdato ON dokumentbeskrivelse(opprettetdato_t);
CREATE INDEX IF NOT EXISTS dokumentbeskrivelse_dokumentstatus ON dokumentbeskrivelse(dokumentstatus);
CREATE INDEX IF NOT EXISTS dokumentbeskrivelse_tittel ON dokumentbeskrivelse(tittel);
CREATE INDEX IF NOT EXISTS dokumentbeskrivelse_skjerming_skjermingopphoererdato ON dokumentbeskrivelse(skjerming_skjermingopphoererdato_t);
CREATE INDEX IF NOT EXISTS dokumentbeskrivelse_gradering_nedgraderingsdato ON dokumentbeskrivelse(gradering_nedgraderingsdato_t);
CREATE INDEX IF NOT EXISTS dokumentbeskrivelse_type ON dokumentbeskrivelse(type, id, vern);
CREATE INDEX IF NOT EXISTS dokumentobjekt_opprettetdato ON dokumentobjekt(opprettetdato_t);
CREATE INDEX IF NOT EXISTS dokumentobjekt_format ON dokumentobjekt(format);
CREATE INDEX IF NOT EXISTS dokumentobjekt_referansedokumentfil ON dokumentobjekt(referansedokumentfil);
CREATE INDEX IF NOT EXISTS dokumentobjekt_filnavn ON dokumentobjekt(filnavn);
CREATE INDEX IF NOT EXISTS dokumentobjekt_sjekksum ON dokumentobjekt(sjekksum);
CREATE INDEX IF NOT EXISTS dokumentobjekt_dokumentbeskrivelse_id ON dokumentobjekt(dokumentbeskrivelse_id, id, vern, type) WHERE dokumentbeskrivelse_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS dokumentobjekt_type ON dokumentobjekt(type, id, vern);
CREATE INDEX IF NOT EXISTS korrespondansepart_enhetsidentifikator_organisasjonsnummer ON korrespondansepart(enhetsidentifikator_organisasjonsnummer);
CREATE INDEX IF NOT EXISTS korrespondansepart_navn ON korrespondansepart(navn);
CREATE INDEX IF NOT EXISTS korrespondansepart_registrering_id ON korrespondansepart(registrering_id, id, vern, type) WHERE registrering_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS korrespondansepart_type ON korrespondansepart(type, id, vern);
CREATE INDEX IF NOT EXISTS part_enhetsidentifikator_organisasjonsnummer ON part(enhetsidentifikator_organisasjonsnummer);
CREATE INDEX IF NOT EXISTS part_navn ON part(navn);
CREATE INDEX IF NOT EXISTS part_mappe_id ON part(mappe_id, id, vern, type) WHERE mappe_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS part_registrering_id ON part(registrering_id, id, vern, type) WHERE registrering_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS part_dokumentbeskrivelse_id ON part(dokumentbeskrivelse_id, id, vern, type) WHERE dokumentbeskrivelse_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS part_type ON part(type, id, vern);
CREATE INDEX IF NOT EXISTS merknad_mappe_id ON merknad(mappe_id, id, vern, type) WHERE mappe_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS merknad_registrering_id ON merknad(registrering_id, id, vern, type) WHERE registrering_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS merknad_dokumentbeskrivelse_id ON merknad(dokumentbeskrivelse_id, id, vern, type) WHERE dokumentbeskrivelse_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS merknad_type ON merknad(type, id, vern);
CREATE INDEX IF NOT EXISTS kryssreferanse_opprettetdato ON kryssreferanse(opprettetdato_t);
CREATE INDEX IF NOT EXISTS kryssreferanse_klasse_id ON kryssreferanse(klasse_id, id, vern, type) WHERE klasse_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS kryssreferanse_mappe_id ON kryssreferanse(mappe_id, id, vern, type) WHERE mappe_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS kryssreferanse_registrering_id ON kryssreferanse(registrering_id, id, vern, type) WHERE registrering_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS kryssreferanse_tilklasse_id ON kryssreferanse(tilklasse_id, id, vern, type) WHERE tilklasse_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS kryssreferanse_tilmappe_id ON kryssreferanse(tilmappe_id, id, vern, type) WHERE tilmappe_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS kryssreferanse_tilregistrering_id ON kryssreferanse(tilregistrering_id, id, vern, type) WHERE tilregistrering_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS kryssreferanse_type ON kryssreferanse(type, id, vern);
CREATE INDEX IF NOT EXISTS konvertering_dokumentobjekt_id ON konvertering(dokumentobjekt_id, id, vern, type) WHERE dokumentobjekt_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS konvertering_type ON konvertering(type, id, vern);
CREATE INDEX IF NOT EXISTS nasjonalidentifikator_bygningsnummer ON nasjonalidentifikator(bygningsnummer);
CREATE INDEX IF NOT EXISTS nasjonalidentifikator_organisasjonsnummer ON nasjonalidentifikator(organisasjonsnummer);
CREATE INDEX IF NOT EXISTS nasjonalidentifikator_gaardsnummer ON nasjonalidentifikator(gaardsnummer);
CREATE INDEX IF NOT EXISTS nasjonalidentifikator_foedselsnummer ON nasjonalidentifikator(foedselsnummer);
CREATE INDEX IF NOT EXISTS nasjonalidentifikator_dnummer ON nasjonalidentifikator(dnummer);
CREATE INDEX IF NOT EXISTS nasjonalidentifikator_planidentifikasjon ON nasjonalidentifikator(planidentifikasjon);
CREATE INDEX IF NOT EXISTS nasjonalidentifikator_mappe_id ON nasjonalidentifikator(mappe_id, id, vern, type) WHERE mappe_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS nasjonalidentifikator_registrering_id ON nasjonalidentifikator(registrering_id, id, vern, type) WHERE registrering_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS nasjonalidentifikator_type ON nasjonalidentifikator(type, id, vern);
CREATE INDEX IF NOT EXISTS avskrivning_journalpost_id ON avskrivning(journalpost_id, id, vern, type) WHERE journalpost_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS avskrivning_type ON avskrivning(type, id, vern);
CREATE INDEX IF NOT EXISTS dokumentflyt_journalpost_id ON dokumentflyt(journalpost_id, id, vern, type) WHERE journalpost_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS dokumentflyt_arkivnotat_id ON dokumentflyt(arkivnotat_id, id, vern, type) WHERE arkivnotat_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS dokumentflyt_type ON dokumentflyt(type, id, vern);
CREATE INDEX IF NOT EXISTS presedens_opprettetdato ON presedens(opprettetdato_t);
CREATE INDEX IF NOT EXISTS presedens_type ON presedens(type, id, vern);
CREATE INDEX IF NOT EXISTS administrativenhet_opprettetdato ON administrativenhet(opprettetdato_t);
CREATE INDEX IF NOT EXISTS administrativenhet_type ON administrativenhet(type, id, vern);
CREATE INDEX IF NOT EXISTS bruker_brukernavn ON bruker(brukernavn);
CREATE INDEX IF NOT EXISTS bruker_opprettetdato ON bruker(opprettetdato_t);
CREATE INDEX IF NOT EXISTS bruker_type ON bruker(type, id, vern);
CREATE INDEX IF NOT EXISTS tilgang_referansearkivenhet ON tilgang(referansearkivenhet);
CREATE INDEX IF NOT EXISTS tilgang_type ON tilgang(type, id, vern);
CREATE INDEX IF NOT EXISTS logg_referansearkivenhet ON logg(referansearkivenhet);
CREATE INDEX IF NOT EXISTS logg_loggnr ON logg(loggnr);
CREATE INDEX IF NOT EXISTS logg_type ON logg(type, id, vern);
CREATE INDEX IF NOT EXISTS vsmfelt_navn ON vsmfelt(navn);
CREATE INDEX IF NOT EXISTS vsmfelt_type ON vsmfelt(type, id, vern);
CREATE INDEX IF NOT EXISTS kode_type ON kode(type, id, vern);
CREATE INDEX IF NOT EXISTS verdi_verdi ON verdi(verdi);
CREATE INDEX IF NOT EXISTS verdi_klasse_id ON verdi(klasse_id, id, vern, type) WHERE klasse_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS verdi_mappe_id ON verdi(mappe_id, id, vern, type) WHERE mappe_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS verdi_registrering_id ON verdi(registrering_id, id, vern, type) WHERE registrering_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS verdi_dokumentbeskrivelse_id ON verdi(dokumentbeskrivelse_id, id, vern, type) WHERE dokumentbeskrivelse_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS verdi_arkiv_id ON verdi(arkiv_id, id, vern, type) WHERE arkiv_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS verdi_arkivdel_id ON verdi(arkivdel_id, id, vern, type) WHERE arkivdel_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS verdi_korrespondansepart_id ON verdi(korrespondansepart_id, id, vern, type) WHERE korrespondansepart_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS verdi_part_id ON verdi(part_id, id, vern, type) WHERE part_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS verdi_type ON verdi(type, id, vern);
CREATE UNIQUE INDEX IF NOT EXISTS kode_unik ON kode(liste, kode);
CREATE UNIQUE INDEX IF NOT EXISTS vsmfelt_unik ON vsmfelt(navn);
CREATE TABLE IF NOT EXISTS arkiv_arkivskaper(a_id BIGINT NOT NULL, b_id BIGINT NOT NULL, PRIMARY KEY (a_id, b_id));
CREATE INDEX IF NOT EXISTS arkiv_arkivskaper_b ON arkiv_arkivskaper(b_id);
CREATE TABLE IF NOT EXISTS arkivdel_sekundaer(a_id BIGINT NOT NULL, b_id BIGINT NOT NULL, PRIMARY KEY (a_id, b_id));
CREATE INDEX IF NOT EXISTS arkivdel_sekundaer_b ON arkivdel_sekundaer(b_id);
CREATE TABLE IF NOT EXISTS registrering_dokumentbeskrivelse(a_id BIGINT NOT NULL, b_id BIGINT NOT NULL, PRIMARY KEY (a_id, b_id));
CREATE INDEX IF NOT EXISTS registrering_dokumentbeskrivelse_b ON registrering_dokumentbeskrivelse(b_id);
CREATE TABLE IF NOT EXISTS saksmappe_sekundaerklassifikasjon(a_id BIGINT NOT NULL, b_id BIGINT NOT NULL, PRIMARY KEY (a_id, b_id));
CREATE INDEX IF NOT EXISTS saksmappe_sekundaerklassifikasjon_b ON saksmappe_sekundaerklassifikasjon(b_id);
CREATE TABLE IF NOT EXISTS saksmappe_presedens(a_id BIGINT NOT NULL, b_id BIGINT NOT NULL, PRIMARY KEY (a_id, b_id));
CREATE INDEX IF NOT EXISTS saksmappe_presedens_b ON saksmappe_presedens(b_id);
CREATE TABLE IF NOT EXISTS journalpost_presedens(a_id BIGINT NOT NULL, b_id BIGINT NOT NULL, PRIMARY KEY (a_id, b_id));
CREATE INDEX IF NOT EXISTS journalpost_presedens_b ON journalpost_presedens(b_id);
CREATE TABLE IF NOT EXISTS bruker_administrativenhet(a_id BIGINT NOT NULL, b_id BIGINT NOT NULL, PRIMARY KEY (a_id, b_id));
CREATE INDEX IF NOT EXISTS bruker_administrativenhet_b ON bruker_administrativenhet(b_id);
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkiv', 'sqlite_autoindex_arkiv_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkiv', 'arkiv_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkiv', 'arkiv_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkiv', 'arkiv_overarkiv_id', '1000000 300000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkivskaper', 'sqlite_autoindex_arkivskaper_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkivskaper', 'arkivskaper_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkivskaper', 'arkivskaper_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkivskaper', 'arkivskaper_arkivskaperid', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkivdel', 'sqlite_autoindex_arkivdel_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkivdel', 'arkivdel_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkivdel', 'arkivdel_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkivdel', 'arkivdel_skjerming_skjermingopphoererdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkivdel', 'arkivdel_gradering_nedgraderingsdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkivdel', 'arkivdel_arkiv_id', '1000000 300000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkivdel', 'arkivdel_nestearkivdel_id', '1000000 300000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('arkivdel', 'arkivdel_klassifikasjonssystem_id', '1000000 300000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('klassifikasjonssystem', 'sqlite_autoindex_klassifikasjonssystem_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('klassifikasjonssystem', 'klassifikasjonssystem_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('klassifikasjonssystem', 'klassifikasjonssystem_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('klasse', 'sqlite_autoindex_klasse_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('klasse', 'klasse_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('klasse', 'klasse_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('klasse', 'klasse_klasseid', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('klasse', 'klasse_tittel', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('klasse', 'klasse_skjerming_skjermingopphoererdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('klasse', 'klasse_gradering_nedgraderingsdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('klasse', 'klasse_klassifikasjonssystem_id', '1000000 300000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('klasse', 'klasse_overklasse_id', '1000000 10000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'sqlite_autoindex_mappe_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_mappeid', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_tittel', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_skjerming_skjermingopphoererdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_gradering_nedgraderingsdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_saksaar', '1000000 20000');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_saksansvarlig', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_referansesaksansvarlig', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_saksstatus', '1000000 200000');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_moetenummer', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_moetedato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_arkivdel_id', '1000000 300000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_klasse_id', '1000000 10000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('mappe', 'mappe_overmappe_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'sqlite_autoindex_registrering_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'registrering_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'registrering_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'registrering_skjerming_skjermingopphoererdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'registrering_gradering_nedgraderingsdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'registrering_registreringsid', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'registrering_tittel', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'registrering_journalaar', '1000000 20000');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'registrering_journalstatus', '1000000 200000');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'registrering_journaldato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'registrering_arkivdel_id', '1000000 300000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'registrering_klasse_id', '1000000 10000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('registrering', 'registrering_mappe_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentbeskrivelse', 'sqlite_autoindex_dokumentbeskrivelse_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentbeskrivelse', 'dokumentbeskrivelse_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentbeskrivelse', 'dokumentbeskrivelse_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentbeskrivelse', 'dokumentbeskrivelse_dokumentstatus', '1000000 200000');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentbeskrivelse', 'dokumentbeskrivelse_tittel', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentbeskrivelse', 'dokumentbeskrivelse_skjerming_skjermingopphoererdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentbeskrivelse', 'dokumentbeskrivelse_gradering_nedgraderingsdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentobjekt', 'sqlite_autoindex_dokumentobjekt_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentobjekt', 'dokumentobjekt_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentobjekt', 'dokumentobjekt_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentobjekt', 'dokumentobjekt_format', '1000000 200000');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentobjekt', 'dokumentobjekt_referansedokumentfil', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentobjekt', 'dokumentobjekt_filnavn', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentobjekt', 'dokumentobjekt_sjekksum', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentobjekt', 'dokumentobjekt_dokumentbeskrivelse_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('korrespondansepart', 'sqlite_autoindex_korrespondansepart_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('korrespondansepart', 'korrespondansepart_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('korrespondansepart', 'korrespondansepart_enhetsidentifikator_organisasjonsnummer', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('korrespondansepart', 'korrespondansepart_navn', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('korrespondansepart', 'korrespondansepart_registrering_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('part', 'sqlite_autoindex_part_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('part', 'part_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('part', 'part_enhetsidentifikator_organisasjonsnummer', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('part', 'part_navn', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('part', 'part_mappe_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('part', 'part_registrering_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('part', 'part_dokumentbeskrivelse_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('merknad', 'sqlite_autoindex_merknad_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('merknad', 'merknad_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('merknad', 'merknad_mappe_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('merknad', 'merknad_registrering_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('merknad', 'merknad_dokumentbeskrivelse_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('kryssreferanse', 'sqlite_autoindex_kryssreferanse_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('kryssreferanse', 'kryssreferanse_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('kryssreferanse', 'kryssreferanse_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('kryssreferanse', 'kryssreferanse_klasse_id', '1000000 10000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('kryssreferanse', 'kryssreferanse_mappe_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('kryssreferanse', 'kryssreferanse_registrering_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('kryssreferanse', 'kryssreferanse_tilklasse_id', '1000000 10000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('kryssreferanse', 'kryssreferanse_tilmappe_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('kryssreferanse', 'kryssreferanse_tilregistrering_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('konvertering', 'sqlite_autoindex_konvertering_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('konvertering', 'konvertering_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('konvertering', 'konvertering_dokumentobjekt_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('nasjonalidentifikator', 'sqlite_autoindex_nasjonalidentifikator_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('nasjonalidentifikator', 'nasjonalidentifikator_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('nasjonalidentifikator', 'nasjonalidentifikator_bygningsnummer', '1000000 20000');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('nasjonalidentifikator', 'nasjonalidentifikator_organisasjonsnummer', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('nasjonalidentifikator', 'nasjonalidentifikator_gaardsnummer', '1000000 20000');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('nasjonalidentifikator', 'nasjonalidentifikator_foedselsnummer', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('nasjonalidentifikator', 'nasjonalidentifikator_dnummer', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('nasjonalidentifikator', 'nasjonalidentifikator_planidentifikasjon', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('nasjonalidentifikator', 'nasjonalidentifikator_mappe_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('nasjonalidentifikator', 'nasjonalidentifikator_registrering_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('avskrivning', 'sqlite_autoindex_avskrivning_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('avskrivning', 'avskrivning_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('avskrivning', 'avskrivning_journalpost_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentflyt', 'sqlite_autoindex_dokumentflyt_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentflyt', 'dokumentflyt_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentflyt', 'dokumentflyt_journalpost_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('dokumentflyt', 'dokumentflyt_arkivnotat_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('presedens', 'sqlite_autoindex_presedens_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('presedens', 'presedens_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('presedens', 'presedens_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('administrativenhet', 'sqlite_autoindex_administrativenhet_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('administrativenhet', 'administrativenhet_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('administrativenhet', 'administrativenhet_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('bruker', 'sqlite_autoindex_bruker_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('bruker', 'bruker_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('bruker', 'bruker_brukernavn', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('bruker', 'bruker_opprettetdato', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('tilgang', 'sqlite_autoindex_tilgang_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('tilgang', 'tilgang_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('tilgang', 'tilgang_referansearkivenhet', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('logg', 'sqlite_autoindex_logg_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('logg', 'logg_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('logg', 'logg_referansearkivenhet', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('logg', 'logg_loggnr', '1000000 20000');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('vsmfelt', 'sqlite_autoindex_vsmfelt_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('vsmfelt', 'vsmfelt_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('vsmfelt', 'vsmfelt_navn', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('kode', 'sqlite_autoindex_kode_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('kode', 'kode_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('verdi', 'sqlite_autoindex_verdi_1', '1000000 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('verdi', 'verdi_type', '1000000 500000 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('verdi', 'verdi_verdi', '1000000 10');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('verdi', 'verdi_klasse_id', '1000000 10000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('verdi', 'verdi_mappe_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('verdi', 'verdi_registrering_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('verdi', 'verdi_dokumentbeskrivelse_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('verdi', 'verdi_arkiv_id', '1000000 300000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('verdi', 'verdi_arkivdel_id', '1000000 300000 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('verdi', 'verdi_korrespondansepart_id', '1000000 50 1 1 1');
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES ('verdi', 'verdi_part_id', '1000000 50 1 1 1');
ANALYZE sqlite_schema;
